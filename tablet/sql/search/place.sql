select market, place
from search_row
where key = :key
