-- What the tablet knows about itself: device, token, position, clocks.
create table meta (
  key text primary key not null,
  value blob not null
) strict, without rowid;

-- The campaign's own home and the markets in scope. `sum` is the digest of the confirmed layer, kept up to date at
-- each write. While `filling` is 1 what arrives goes to `fill` and takes the home's place when it is whole.
create table home (
  home text primary key not null,
  sum blob not null check (length(sum) = 16),
  shown integer not null check (shown in (0, 1)),
  filling integer not null check (filling in (0, 1))
) strict, without rowid;

-- `confirmed`: registers that the server has said. `screen`: the same with this tablet's waiting and held-back changes
-- over them, only where there are such; screens show `screen`, or `confirmed` where it is null.
create table record (
  kind text not null,
  id blob not null check (length(id) = 16),
  home text not null,
  owner blob,
  confirmed blob,
  screen blob,
  primary key (kind, id),
  check (confirmed is not null or screen is not null)
) strict, without rowid;
-- Serves: all records of one trader.
create index record_owner on record (owner, kind) where owner is not null;
-- Serves: a home that leaves or is filled anew.
create index record_home on record (home);

-- A home that is being filled, hidden until it is whole.
create table fill (
  kind text not null,
  id blob not null check (length(id) = 16),
  home text not null,
  owner blob,
  confirmed blob not null,
  primary key (kind, id)
) strict, without rowid;
create index fill_home on fill (home);

-- This tablet's own changes, kept for the whole campaign. `bytes` is the change itself; what stands beside it is taken
-- from it to be found. `visit` is the visit that the change creates.
create table my_change (
  key integer primary key,
  device blob not null check (length(device) = 16),
  n integer not null check (n > 0),
  state text not null check (state in ('waiting', 'accepted', 'held_back', 'discarded', 'superseded')),
  reason text,
  stamp integer not null,
  hash blob not null check (length(hash) = 32),
  bytes blob not null,
  visit blob,
  market text not null,
  author blob not null,
  day text not null,
  -- 1: accepted in a round of pages that is not complete yet, so that it still lies over the confirmed layer.
  unconfirmed integer not null default 0 check (unconfirmed in (0, 1)),
  unique (device, n)
) strict;
-- Serves: what is to be sent, and the overlay.
create index my_change_open on my_change (state, key) where state in ('waiting', 'held_back');
-- Serves: the end of a round.
create index my_change_unconfirmed on my_change (key) where unconfirmed = 1;
-- Serves: the books of a day.
create index my_change_day on my_change (day);

-- Which own change touches which record.
create table my_touch (
  change integer not null references my_change (key) on delete cascade,
  kind text not null,
  id blob not null,
  primary key (kind, id, change)
) strict, without rowid;
-- Serves: the deletion of a change.
create index my_touch_change on my_touch (change);

-- Fields with two values, neither of which had seen the other; the server's list, replaced as a whole.
create table conflict (
  kind text not null,
  id blob not null,
  field text not null,
  lost blob not null,
  primary key (kind, id, field)
) strict, without rowid;

-- Working days that a person has closed.
create table day_closed (
  date text primary key not null
) strict, without rowid;

-- A cache for lists: what a list shows of each trader, derived from the records and the campaign definition.
-- Rebuilt from them at any time (`doctor --repair`); nothing is only here.
create table trader_row (
  key integer primary key,
  id blob not null unique check (length(id) = 16),
  market text not null,
  name text not null,
  stall text not null,
  stall_order text not null,
  phone text not null,
  commodity text not null,
  stage text not null,
  class text not null,
  class_order integer not null,
  score integer not null,
  why_id text not null,
  why_en text not null,
  hidden integer not null check (hidden in (0, 1)),
  last_visit_ms integer
) strict;
-- Serve: the list by priority, by stall and by name, within a market and over all.
create index trader_row_route on trader_row (hidden, class_order, score desc, market, stall_order, id);
create index trader_row_stall on trader_row (hidden, market, stall_order, id);
create index trader_row_name on trader_row (hidden, name, id);
-- Serves: "same phone" among the traders here.
create index trader_row_phone on trader_row (phone) where phone <> '';
