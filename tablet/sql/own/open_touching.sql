select c.key, c.device, c.n, c.state, c.reason, c.stamp, c.hash, c.bytes, c.visit, c.market, c.author, c.day
from my_touch t
join my_change c on c.key = t.change
where t.kind = :kind and t.id = :id and (c.state in ('waiting', 'held_back') or c.unconfirmed = 1)
order by c.key
