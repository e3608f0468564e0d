update my_change
set last_outcome = :outcome, last_at_ms = :at_ms
where visit = :visit and key in (select change from my_touch where kind = 'visit' and id = :visit)
