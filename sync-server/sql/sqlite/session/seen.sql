update session
set seen_ms = :now_ms
where token_hash = :token_hash and seen_ms < :now_ms
