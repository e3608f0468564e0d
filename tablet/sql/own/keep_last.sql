update my_change
set last_outcome = :outcome, last_at_ms = :at_ms
where visit = :visit and visit is not null
