select trader
from draft
where person = :person
order by place desc
limit 1
