select coalesce(max(key), 0) from my_change
