update search_row
set market = :market, place = :place, words = :words
where key = :key
