insert into batch (at_ms, day, count, receipt, same)
values (:at_ms, :day, :count, :receipt, :same)
