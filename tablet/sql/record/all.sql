select kind, id, home, owner, confirmed, screen
from record
order by kind, id
