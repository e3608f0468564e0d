insert or ignore into left_home (campaign, home, seq, kind, id)
values (:campaign, :home, :seq, :kind, :id)
