insert into trader_row (
  id, market, name, nickname, stall, walk, route, block, phone, commodity, goods, stage, class, class_order, score, why,
  known, lacking, hidden, last_visit_ms, visit_day, visit_author, outcome, met, closed, appointment,
  appointment_at, appointment_note
)
values (
  :id, :market, :name, :nickname, :stall, :walk, :route, :block, :phone, :commodity, :goods, :stage, :class, :class_order,
  :score, :why, :known, :lacking, :hidden, :last_visit_ms, :visit_day, :visit_author, :outcome, :met,
  :closed, :appointment, :appointment_at, :appointment_note
)
on conflict (id) do update set
  market = excluded.market,
  name = excluded.name,
  nickname = excluded.nickname,
  stall = excluded.stall,
  walk = excluded.walk,
  route = excluded.route,
  block = excluded.block,
  phone = excluded.phone,
  commodity = excluded.commodity,
  goods = excluded.goods,
  stage = excluded.stage,
  class = excluded.class,
  class_order = excluded.class_order,
  score = excluded.score,
  why = excluded.why,
  known = excluded.known,
  lacking = excluded.lacking,
  hidden = excluded.hidden,
  last_visit_ms = excluded.last_visit_ms,
  visit_day = excluded.visit_day,
  visit_author = excluded.visit_author,
  outcome = excluded.outcome,
  met = excluded.met,
  closed = excluded.closed,
  appointment = excluded.appointment,
  appointment_at = excluded.appointment_at,
  appointment_note = excluded.appointment_note
returning key
