insert into session (token_hash, campaign, person, login, role, started_ms, seen_ms)
values (:token_hash, :campaign, :person, :login, :role, :now_ms, :now_ms)
