insert or ignore into erased_ahead (campaign, kind, id)
values (:campaign, :kind, :id)
