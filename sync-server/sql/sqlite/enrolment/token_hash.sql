select token_hash
from enrolment
where enrolment = :enrolment
