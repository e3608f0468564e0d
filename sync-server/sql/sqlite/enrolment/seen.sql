update enrolment
set
  last_seen_ms = :now_ms,
  contact_wall_ms = :wall_ms,
  contact_boot = :boot,
  contact_mono_ms = :mono_ms,
  rescue = case when revoked_ms is null then rescue else 0 end
where enrolment = :enrolment
