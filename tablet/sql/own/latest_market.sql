select market
from my_change
where visit is not null and author = :author
order by key desc
limit 1
