select home, owner, confirmed, screen
from record
where kind = :kind and id = :id
