insert or ignore into touch (campaign, kind, id, change_no)
values (:campaign, :kind, :id, :change_no)
