select
  id, name, market, stall, phone, commodity, stage, class, score, why_id, why_en, last_visit_ms, class_order, appointment,
  appointment_at
from trader_row
where hidden = 0 and (:market is null or market = :market)
