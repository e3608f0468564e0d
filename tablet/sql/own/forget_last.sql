update my_change
set last_outcome = null, last_at_ms = null
where last_outcome is not null
