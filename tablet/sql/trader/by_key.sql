select key, id, name, market, stall, phone, commodity, stage, class, score, why_id, why_en, last_visit_ms
from trader_row
where key = :key and hidden = 0
