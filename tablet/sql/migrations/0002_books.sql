-- The list of a day is sorted by a rule that no index can hold.
drop index trader_row_route;

-- What the server last said of a visit that is no longer here: its outcome, and when it took place (Unix milliseconds).
alter table my_change add column last_outcome text;
alter table my_change add column last_at_ms integer;

-- Serves: the own change of a visit that leaves.
create index my_change_visit on my_change (visit) where visit is not null;

-- Visits whose changes a revocation took away, so that the books still add up: nobody's data, only how many.
create table past_visit (
  day text not null,
  standing text not null check (standing in ('counted', 'held_back', 'set_aside')),
  visits integer not null check (visits > 0),
  primary key (day, standing)
) strict, without rowid;

-- An appointment that still stands: `YYYY-MM-DD`, and `HH:MM` where a time was said.
alter table trader_row add column appointment text not null default '';
alter table trader_row add column appointment_at text not null default '';
-- New columns and rules: every row is made again when the store is opened next.
insert into meta (key, value)
select 'rebuild_lists', x'31'
where exists (select 1 from trader_row);
