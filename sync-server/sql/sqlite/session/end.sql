delete from session
where token_hash = :token_hash
