update enrolment
set
  last_seen_ms = :now_ms,
  contact_wall_ms = :wall_ms,
  contact_boot = :boot,
  contact_mono_ms = :mono_ms
where enrolment = :enrolment
