select key, device, n, state, reason, stamp, hash, bytes, visit, market, author, day
from my_change
where unconfirmed = 1
order by key
