select key, id, name, market, stall, phone, commodity, stage, class, score, why_id, why_en, last_visit_ms
from trader_row
where hidden = 0 and route >= :from and route < :to and (:market is null or market = :market)
order by route, id
