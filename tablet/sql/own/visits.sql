select state, visit, market, author, day, bytes, last_outcome, last_at_ms
from my_change
where visit is not null
order by key
