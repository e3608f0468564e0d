-- The latest instant, up to at_ms, at which anything came that totals look at: a change accepted, an event of one that was
-- held back, a tablet's report, a tablet enrolled or stopped. Rows of events and reports stand in the order of their times.
select coalesce(max(at_ms), 0)
from (
  select (
    select commit_ms
    from change
    where campaign = :campaign and seq > 0 and commit_ms <= :at_ms
    order by seq desc
    limit 1
  ) as at_ms
  union all
  select (
    select at_ms
    from event
    where campaign = :campaign and at_ms <= :at_ms
    order by no desc
    limit 1
  )
  union all
  select (
    select at_ms
    from report
    where campaign = :campaign and at_ms <= :at_ms
    order by no desc
    limit 1
  )
  union all
  select max(enrolled_ms)
  from enrolment
  where campaign = :campaign and enrolled_ms <= :at_ms
  union all
  select max(revoked_ms)
  from enrolment
  where campaign = :campaign and revoked_ms <= :at_ms
)
