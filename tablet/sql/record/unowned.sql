select kind, id
from record
where owner is null and kind in ('review', 'return')
