insert into search_text(search_text, rowid, words)
values ('delete', :key, :words)
