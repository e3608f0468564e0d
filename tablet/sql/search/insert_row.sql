insert into search_row(key, market, place, words)
values (:key, :market, :place, :words)
