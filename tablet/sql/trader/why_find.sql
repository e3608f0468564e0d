select number
from why
where id = :id and en = :en
