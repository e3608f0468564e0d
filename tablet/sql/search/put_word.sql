insert or ignore into search_word(word)
values (:word)
