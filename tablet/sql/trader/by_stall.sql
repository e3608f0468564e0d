select key, id, name, market, stall, phone, commodity, stage, class, score, why_id, why_en, last_visit_ms
from trader_row
where hidden = 0 and (:market is null or market = :market)
order by market, walk, id
