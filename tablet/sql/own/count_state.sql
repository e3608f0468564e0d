select count(*)
from my_change
where state = :state
