select campaign, person, login, role, started_ms, seen_ms
from session
where token_hash = :token_hash
