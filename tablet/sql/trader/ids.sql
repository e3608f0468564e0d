select id from trader_row
