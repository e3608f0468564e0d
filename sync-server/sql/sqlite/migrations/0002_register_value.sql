-- What a register said last about a trader: marks of its values, no value itself, so that corrections from the field stay
-- and nothing personal stands here. An erased trader keeps its match alone, or the next import would bring the person back.
create table register_value (
  campaign blob not null,
  register text not null,
  trader blob not null,
  -- Market, stall and name in their normal forms, as a keyed hash: finds rows without a number again.
  match_key blob not null,
  -- JSON object: field to the mark of its value.
  marks text not null,
  primary key (campaign, register, trader)
) strict, without rowid;
-- Serves erasing a trader.
create index register_value_trader on register_value (campaign, trader);
