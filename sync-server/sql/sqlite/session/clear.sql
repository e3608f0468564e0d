delete from session
where seen_ms < :seen_before_ms or started_ms < :started_before_ms
