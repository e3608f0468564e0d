select id
from record
where kind = :kind
order by id
