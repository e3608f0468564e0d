select max(day) from my_change where day <= :today
