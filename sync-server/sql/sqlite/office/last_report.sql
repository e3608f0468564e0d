select recorded, waiting, closed, parts
from report
where campaign = :campaign and enrolment = :enrolment and date = :date
order by no desc
limit 1
