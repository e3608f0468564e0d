select date from day_closed order by date
