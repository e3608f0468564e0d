select key
from search_row
order by market, place, key
