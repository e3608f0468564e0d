insert into search_row(key, market, place, words)
values (:key, :market, :place, :words)
on conflict(key) do update
set market = :market, place = :place, words = :words
