select trader, match_key, marks
from register_value
where campaign = :campaign and register = :register and trader = :trader
