select enrolment, succeeds
from device
where campaign = :campaign and device = :device
