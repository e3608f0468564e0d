select id
from record
where kind = 'trader' and coalesce(screen, confirmed) is not null
order by id
