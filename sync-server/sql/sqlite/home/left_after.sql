select kind, id
from left_home
where campaign = :campaign and home = :home and seq > :seq
order by seq, kind, id
