insert into search_text(rowid, words)
values (:key, :words)
