select (select count(*) from trader_row where hidden = 0) + (select count(*) from fill where kind = 'trader')
