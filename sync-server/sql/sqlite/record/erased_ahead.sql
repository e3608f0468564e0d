select 1
from erased_ahead
where campaign = :campaign and kind = :kind and id = :id
