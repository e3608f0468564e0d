select key, device, n, state, reason, stamp, hash, bytes, visit, market, author, day
from my_change
where key = :key
