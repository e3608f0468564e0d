insert into event (campaign, change_no, at_ms, state, reason, by_person, why)
values (:campaign, :change_no, :at_ms, :state, :reason, :by_person, :why)
