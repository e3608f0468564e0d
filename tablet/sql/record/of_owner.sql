select kind, id, coalesce(screen, confirmed)
from record
where owner = :owner
order by kind, id
