update device
set high_n = max(high_n, :n)
where campaign = :campaign and device = :device
