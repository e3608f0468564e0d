select words
from search_row
where key = :key
