delete from my_change where key = :key
