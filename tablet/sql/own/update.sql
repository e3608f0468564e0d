update my_change
set device = :device, n = :n, state = :state, reason = :reason, stamp = :stamp, hash = :hash, bytes = :bytes, day = :day
where key = :key
