select count(*)
from my_change
where day = :day and state = 'waiting'
