select distinct t.kind, t.id
from my_change c
join my_touch t on t.change = c.key
where c.state in ('waiting', 'held_back') or c.unconfirmed = 1
