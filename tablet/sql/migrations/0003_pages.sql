-- PINs of the people who share this tablet. `wrong` counts the errors since the last right one; `wait_ms` is the pause
-- that the last of them brought, counted from `mono_ms` of the boot `boot`.
create table pin (
  person blob primary key not null check (length(person) = 16),
  hash text not null,
  wrong integer not null check (wrong >= 0),
  wait_ms integer not null check (wait_ms >= 0),
  boot integer,
  mono_ms integer
) strict, without rowid;

-- Half-filled sheets, each its person's own.
create table draft (
  person blob not null check (length(person) = 16),
  trader blob not null check (length(trader) = 16),
  place integer not null,
  body text not null,
  primary key (person, trader)
) strict, without rowid;

-- Exchanges that carried own changes, for the send box.
create table batch (
  key integer primary key,
  at_ms integer not null,
  day text not null,
  count integer not null,
  receipt text,
  same integer not null check (same in (0, 1))
) strict;
-- Serves: the batches of a day.
create index batch_day on batch (day, key);

-- What the day's list and the search need of each trader besides: filled by the next `cache::rebuild`.
alter table trader_row add column nickname text not null default '';
alter table trader_row add column block text not null default '';
alter table trader_row add column goods text not null default '';
-- Codes of the priority's questions answered yes and no, parted by commas.
alter table trader_row add column known text not null default '';
alter table trader_row add column lacking text not null default '';
-- The latest visit that counts: on which working day, by whom, with which outcome.
alter table trader_row add column visit_day text not null default '';
alter table trader_row add column visit_author blob;
alter table trader_row add column outcome text not null default '';
-- Somebody met the trader once; a visit ended the visiting.
alter table trader_row add column met integer not null default 0;
alter table trader_row add column closed integer not null default 0;
-- The note of the visit that made the appointment.
alter table trader_row add column appointment_note text not null default '';
-- Serves: the day's list and the list by stall, in the order in which a market is walked, from the index alone.
drop index trader_row_stall;
alter table trader_row drop column stall_order;
-- The way through the market, and the order of a day (but for what is due today): bytes that are compared as they are.
alter table trader_row add column walk blob not null default x'';
alter table trader_row add column route blob not null default x'';
create index trader_row_route on trader_row (hidden, route, id);
create index trader_row_stall on trader_row (
  hidden, market, walk, id, block, class_order, score, last_visit_ms, visit_day, outcome, closed, appointment,
  appointment_at
);
-- Serves: appointments of a day.
create index trader_row_appointment on trader_row (appointment) where appointment <> '';
insert or ignore into meta (key, value)
select 'rebuild_lists', x'31'
where exists (select 1 from trader_row);
-- A first fetch came to its end.
insert into meta (key, value)
select 'filled', x'31'
where exists (select 1 from meta where key = 'last_sync');
