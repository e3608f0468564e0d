-- Stopped again it stays stopped since the first time: figures as of an instant between must not change.
update enrolment
set revoked_ms = coalesce(revoked_ms, :now_ms), revoked_why = :why, rescue = 0
where enrolment = :enrolment
