insert into trader_row (id, market, name, stall, stall_order, phone, commodity, stage, class, class_order, score, why_id, why_en, hidden, last_visit_ms, appointment, appointment_at)
values (:id, :market, :name, :stall, :stall_order, :phone, :commodity, :stage, :class, :class_order, :score, :why_id, :why_en, :hidden, :last_visit_ms, :appointment, :appointment_at)
on conflict (id) do update set
  market = excluded.market,
  name = excluded.name,
  stall = excluded.stall,
  stall_order = excluded.stall_order,
  phone = excluded.phone,
  commodity = excluded.commodity,
  stage = excluded.stage,
  class = excluded.class,
  class_order = excluded.class_order,
  score = excluded.score,
  why_id = excluded.why_id,
  why_en = excluded.why_en,
  hidden = excluded.hidden,
  last_visit_ms = excluded.last_visit_ms,
  appointment = excluded.appointment,
  appointment_at = excluded.appointment_at
returning key
