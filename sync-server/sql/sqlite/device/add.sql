insert or ignore into device (campaign, device, enrolment, succeeds)
values (:campaign, :device, :enrolment, :succeeds)
