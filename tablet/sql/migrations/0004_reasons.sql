-- The words that say why a trader stands where it does: hundreds of traders share them, and they were half of the file.
create table why (
  number integer primary key,
  id text not null,
  en text not null,
  unique (id, en)
) strict;
alter table trader_row drop column why_id;
alter table trader_row drop column why_en;
alter table trader_row add column why integer not null default 0;
insert or ignore into meta (key, value)
select 'rebuild_lists', x'31'
where exists (select 1 from trader_row);
