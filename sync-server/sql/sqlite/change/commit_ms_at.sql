select commit_ms
from change
where campaign = :campaign and seq > 0 and seq <= :seq
order by seq desc
limit 1
