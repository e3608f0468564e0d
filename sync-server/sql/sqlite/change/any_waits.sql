select 1
from waits_for
where campaign = :campaign
limit 1
