select 1
from erased_ahead
where campaign = :campaign
limit 1
