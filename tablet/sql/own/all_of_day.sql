select key, device, n, state, reason, stamp, hash, bytes, visit, market, author, day
from my_change
where day = :day and visit is not null
order by key desc
limit 200
