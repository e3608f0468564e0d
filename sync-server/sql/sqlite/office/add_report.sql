insert into report (campaign, enrolment, date, recorded, waiting, closed, parts, at_ms)
values (:campaign, :enrolment, :date, :recorded, :waiting, :closed, :parts, :at_ms)
