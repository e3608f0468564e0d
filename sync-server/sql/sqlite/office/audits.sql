select at_ms, who, what, detail
from audit
where campaign = :campaign
order by no
