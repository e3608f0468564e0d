select state, visit, market, author, day, bytes
from my_change
where visit is not null
order by key
