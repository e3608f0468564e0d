select name, stall from trader_row where id = :id
