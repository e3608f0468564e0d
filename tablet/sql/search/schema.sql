-- Inverted index over the folded words of a trader. It keeps no text of its own; positions serve phone parts and blocks.
-- No prefix index: it costs a third of the space and of the loading time, and one letter is found as fast without.
-- The tokenizer only parts words at spaces: everything else was folded before.
create virtual table if not exists search_text using fts5(
  words,
  content = '',
  tokenize = 'ascii'
);
-- What an erasure takes must leave the index at once, not at the next merge of its pages.
insert into search_text(search_text, rank)
values ('secure-delete', 1);
-- The words of each trader as they stand in the index: an inverted index without text forgets only what it is told.
create table if not exists search_row (
  key integer primary key,
  market text not null,
  place integer not null,
  words text not null
) strict;
-- Serves broad queries, which walk the markets in order until the limit is filled.
create index if not exists search_row_order on search_row(market, place, key);
-- Every word of four letters or more, once: the candidates for a word with a wrong letter.
create table if not exists search_word (
  word text primary key
) strict, without rowid;
