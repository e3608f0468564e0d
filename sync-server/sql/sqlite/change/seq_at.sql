select seq
from change
where campaign = :campaign and seq > 0 and commit_ms <= :at_ms
order by seq desc
limit 1
