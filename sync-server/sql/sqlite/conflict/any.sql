select 1
from sibling
where campaign = :campaign
limit 1
