-- Records that an erasure took before a backup was put in place and that the backup does not hold: what a tablet brings of
-- them keeps no personal value, also where it does not name the trader.
create table erased_ahead (
  campaign blob not null,
  kind text not null,
  id blob not null,
  primary key (campaign, kind, id)
) strict, without rowid;
-- Entries of one action are found among what is filed about a record that it patches, accepted ones too.
drop index change_content;
