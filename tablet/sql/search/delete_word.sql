delete from search_word
where word = :word
