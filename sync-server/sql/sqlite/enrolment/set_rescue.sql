-- Until when a stopped tablet may hand in what it still holds, Unix milliseconds; 0: not at all.
update enrolment
set rescue = :until_ms
where enrolment = :enrolment
