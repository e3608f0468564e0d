select coalesce(min(n) - 1, (select coalesce(max(n), 0) from my_change where device = :device))
from my_change
where device = :device and state = 'waiting'
