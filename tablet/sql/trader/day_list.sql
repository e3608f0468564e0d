select key, id, block, class_order, score, last_visit_ms, visit_day, outcome, closed, appointment, appointment_at
from trader_row
where hidden = 0 and market = :market
order by walk, id
