select word
from search_word
where word >= :from and word < :until
limit :limit
