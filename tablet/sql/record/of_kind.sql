select id, coalesce(screen, confirmed)
from record
where kind = :kind
order by id
