insert or ignore into waits_for (campaign, kind, id, change_no)
values (:campaign, :kind, :id, :change_no)
