insert or ignore into day_closed (date) values (:date)
