select kind, id
from record
where home = :home
