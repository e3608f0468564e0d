select id, market, name, stall, phone, commodity
from trader_row
where hidden = 0 and (market = :market or phone = :phone)
