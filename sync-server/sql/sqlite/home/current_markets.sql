select market
from held_market
where campaign = :campaign and person = :person and until_seq is null
