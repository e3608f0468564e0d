select n, hash
from my_change
where device = :device
order by n desc
limit 1
