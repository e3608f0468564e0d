update enrolment
set revoked_ms = :now_ms, revoked_why = :why
where enrolment = :enrolment
