delete from record;
delete from fill;
delete from home;
delete from conflict;
delete from trader_row;
delete from why;
delete from draft;
delete from pin;
delete from batch;
insert into search_text(search_text)
values ('delete-all');
delete from search_row;
delete from search_word;
