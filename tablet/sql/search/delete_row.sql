delete from search_row
where key = :key
