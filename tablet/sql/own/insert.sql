insert into my_change (device, n, state, reason, stamp, hash, bytes, visit, market, author, day)
values (:device, :n, :state, :reason, :stamp, :hash, :bytes, :visit, :market, :author, :day)
