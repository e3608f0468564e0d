select kind, id, field, lost
from conflict
order by kind, id, field
