select enrolment, date, recorded, waiting, closed, parts, at_ms
from report
where campaign = :campaign and at_ms <= :until_ms
order by no
