delete from day_closed where date = :date
