select market, place, words
from search_row
where key = :key
