select
  id, market, name, nickname, stall, block, phone, commodity, goods, stage, class, known, lacking, last_visit_ms, visit_day,
  visit_author, outcome, met, hidden, appointment, appointment_at, appointment_note
from trader_row
where key = :key
