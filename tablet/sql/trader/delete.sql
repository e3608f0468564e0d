delete from trader_row where id = :id
