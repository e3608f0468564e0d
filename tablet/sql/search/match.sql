select rowid
from search_text
where search_text match :expression
limit :limit
