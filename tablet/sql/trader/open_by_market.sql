select market, count(*)
from trader_row
where hidden = 0 and closed = 0 and visit_day <> :day
group by market
