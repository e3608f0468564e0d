update enrolment
set rescue = 1
where enrolment = :enrolment
