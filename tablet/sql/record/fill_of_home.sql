select kind, id, owner, confirmed
from fill
where home = :home
order by kind, id
