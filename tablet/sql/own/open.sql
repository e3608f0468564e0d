select key, device, n, state, reason, stamp, hash, bytes, visit, market, author, day
from my_change
where state in ('waiting', 'held_back')
order by key
