-- Nothing is ever deleted from these tables, so their row numbers run from 1 without gaps.
select 'change' as name, coalesce(max(no), 0) - count(*) as missing
from change
union all
select 'event', coalesce(max(no), 0) - count(*)
from event
union all
select 'report', coalesce(max(no), 0) - count(*)
from report
union all
select 'audit', coalesce(max(no), 0) - count(*)
from audit
