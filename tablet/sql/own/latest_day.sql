select max(day) from my_change
