select key from trader_row where id = :id
