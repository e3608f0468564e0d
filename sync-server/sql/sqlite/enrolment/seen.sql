update enrolment
set last_seen_ms = :now_ms, rescue = case when revoked_ms is null then rescue else 0 end
where enrolment = :enrolment
