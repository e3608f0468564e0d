select
  key, id, name, market, stall, phone, commodity, stage, class, score, why_id, why_en, last_visit_ms, appointment_at
from trader_row
where appointment = :date and appointment <> '' and hidden = 0 and (:market is null or market = :market)
order by appointment_at = '', appointment_at, route, id
