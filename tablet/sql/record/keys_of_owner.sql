select kind, id
from record
where owner = :owner
