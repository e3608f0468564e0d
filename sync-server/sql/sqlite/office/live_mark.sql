-- What tells a page that something changed: the order of the campaign, what tablets said, what was decided, who is enrolled.
select
  c.epoch as epoch,
  c.seq as seq,
  c.conflict_seq as conflict_seq,
  (select max(r.no) from report r) as report_no,
  (select max(e.no) from event e) as event_no,
  (select count(*) from enrolment n where n.campaign = c.campaign) as enrolled,
  (select count(*) from enrolment n where n.campaign = c.campaign and n.revoked_ms is not null) as revoked
from campaign c
where c.campaign = :campaign
