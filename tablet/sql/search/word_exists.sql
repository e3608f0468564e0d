select 1
from search_word
where word = :word
