-- Nearly every table names its campaign, so that a store can be parted by it. Keys that are unique by themselves (a change's
-- number, an enrolment, a login) do not hold it yet: a store of several servers will need it there.
create table campaign (
  campaign blob not null primary key,
  code text not null unique,
  definition_name text not null,
  epoch blob not null,
  seq integer not null,
  last_ms integer not null,
  conflict_seq integer not null,
  -- The server's own device in this epoch.
  device blob not null,
  -- Pseudonyms of exports are made with it.
  export_key blob not null
) strict;

-- Epochs that a restore ended, with the place where the next one branched off.
create table past_epoch (
  campaign blob not null,
  ordinal integer not null,
  epoch blob not null,
  branch_seq integer not null,
  primary key (campaign, ordinal)
) strict;

create table record (
  row integer not null primary key,
  campaign blob not null,
  kind text not null,
  id blob not null,
  home text not null,
  owner blob,
  scope_seq integer not null,
  -- The greater of the last field's place and scope_seq: the reading order.
  ord integer not null,
  registers blob not null,
  unique (campaign, kind, id)
) strict;
-- Serves a tablet's pull: rows of a home after its cursor.
create index record_order on record (campaign, home, ord, row);
-- Serves the move of a trader with all that hangs on it.
create index record_owner on record (campaign, owner) where owner is not null;

-- A record that left a home, and the place at which it did.
create table left_home (
  campaign blob not null,
  home text not null,
  seq integer not null,
  kind text not null,
  id blob not null,
  primary key (campaign, home, seq, kind, id)
) strict, without rowid;
create index left_home_record on left_home (campaign, kind, id, seq);

-- Which markets a person held, from and until which place.
create table held_market (
  campaign blob not null,
  person blob not null,
  market text not null,
  from_seq integer not null,
  until_seq integer,
  primary key (campaign, person, market, from_seq)
) strict, without rowid;

create table digest (
  campaign blob not null,
  home text not null,
  readers integer not null,
  sum blob not null,
  primary key (campaign, home, readers)
) strict, without rowid;

create table change (
  no integer not null primary key,
  campaign blob not null,
  device blob not null,
  n integer not null,
  hash blob not null,
  in_chain integer not null,
  state text not null check (state in ('accepted', 'held_back', 'discarded', 'superseded')),
  reason text,
  stamp integer not null,
  given_stamp integer not null,
  seq integer not null,
  settled_seq integer not null,
  received_ms integer not null,
  -- Commit time of its acceptance; 0 before.
  commit_ms integer not null,
  content_hash blob not null,
  author blob,
  -- The visit that it creates, and what totals need of that.
  visit blob,
  visit_trader blob,
  visit_market text,
  bytes blob not null,
  unique (campaign, device, n, hash)
) strict;
-- Serves the commit time of a place, and replaying in order.
create unique index change_seq on change (campaign, seq) where seq > 0;
-- Serves finding the forked twin of what arrives under another name.
create index change_content on change (campaign, content_hash) where in_chain = 0 or state = 'held_back';
-- Serves the lists of what is held back, and what was decided since.
create index change_open on change (campaign, state) where state <> 'accepted';
create index change_settled on change (campaign, settled_seq) where settled_seq > 0;
-- Serves totals.
create index change_visit on change (campaign, visit) where visit is not null;

-- Every change of state of a change that was once held back.
create table event (
  no integer not null primary key,
  campaign blob not null,
  change_no integer not null references change (no),
  at_ms integer not null,
  state text not null,
  reason text,
  by_person blob,
  why text not null
) strict;
create index event_change on event (campaign, change_no);

create table touch (
  campaign blob not null,
  kind text not null,
  id blob not null,
  change_no integer not null references change (no),
  primary key (campaign, kind, id, change_no)
) strict, without rowid;

create table waits_for (
  campaign blob not null,
  kind text not null,
  id blob not null,
  change_no integer not null references change (no),
  primary key (campaign, kind, id, change_no)
) strict, without rowid;

-- Writes of a field that no later write has seen; two or more are a conflict.
create table sibling (
  campaign blob not null,
  kind text not null,
  id blob not null,
  field text not null,
  number integer not null,
  register blob not null,
  primary key (campaign, kind, id, field, number)
) strict, without rowid;

create table device (
  campaign blob not null,
  device blob not null,
  enrolment blob not null,
  succeeds blob,
  -- Last number without a gap: kept beside the changes so that every request finds it at once.
  high_n integer not null default 0,
  primary key (campaign, device)
) strict, without rowid;
create index device_enrolment on device (campaign, enrolment);

create table enrolment (
  enrolment blob not null primary key,
  campaign blob not null,
  first_device blob not null,
  -- SHA-256 of the bearer token.
  token_hash blob not null unique,
  people text not null,
  device_name text not null,
  app_version text not null,
  enrolled_ms integer not null,
  last_seen_ms integer not null,
  revoked_ms integer,
  revoked_why text,
  -- An admin lets a revoked tablet hand in once what it still holds.
  rescue integer not null default 0
) strict;
create index enrolment_campaign on enrolment (campaign);

create table enrol_code (
  no integer not null primary key,
  campaign blob not null,
  people text not null,
  -- The first three characters of the spoken code name its row.
  spoken_name text not null,
  spoken_hash blob not null,
  spoken_until_ms integer not null,
  spoken_wrong integer not null default 0,
  qr_hash blob not null unique,
  qr_until_ms integer not null,
  used_ms integer
) strict;
create index enrol_code_name on enrol_code (spoken_name);

-- What tablets said of their days, each saying kept with its time.
create table report (
  no integer not null primary key,
  campaign blob not null,
  enrolment blob not null,
  date text not null,
  recorded integer not null,
  waiting integer not null,
  closed integer not null,
  parts text not null,
  at_ms integer not null
) strict;
create index report_tablet on report (campaign, enrolment, date, at_ms);

create table login (
  login text not null primary key,
  campaign blob not null,
  person blob not null,
  password_hash text not null
) strict;

-- What people did on the office's command line and pages. Nothing deletes from it.
create table audit (
  no integer not null primary key,
  campaign blob,
  at_ms integer not null,
  who text not null,
  what text not null,
  detail text not null
) strict;
