select campaign, person, password_hash
from login
where login = :login
