select r.owner
from my_change c
join record r on r.kind = 'visit' and r.id = c.visit
where c.visit is not null and c.author = :author and r.owner is not null
order by c.key desc
limit 60
