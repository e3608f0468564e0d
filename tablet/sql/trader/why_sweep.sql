delete from why
where number not in (select why from trader_row)
