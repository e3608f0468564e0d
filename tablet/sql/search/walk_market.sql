select key
from search_row
where market = :market
order by place, key
