select
  key, id, name, market, stall, phone, commodity, stage, class, score, last_visit_ms, appointment_at,
  (select id from why where number = trader_row.why) as why_id,
  (select en from why where number = trader_row.why) as why_en
from trader_row
where appointment = :date and appointment <> '' and hidden = 0 and (:market is null or market = :market)
order by appointment_at = '', appointment_at, route, id
