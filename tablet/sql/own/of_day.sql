select hash
from my_change
where day = :day and state = 'accepted'
