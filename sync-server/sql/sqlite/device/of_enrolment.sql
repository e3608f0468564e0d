select device, enrolment, succeeds
from device
where campaign = :campaign and enrolment = :enrolment
order by device
