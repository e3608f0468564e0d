select home, owner, confirmed
from fill
where kind = :kind and id = :id
