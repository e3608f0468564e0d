select at_ms, count, receipt, same
from batch
where day = :day
order by key desc
limit 100
