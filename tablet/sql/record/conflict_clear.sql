delete from conflict
