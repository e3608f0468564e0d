select count(*)
from trader_row
where hidden = 0 and market = :market
