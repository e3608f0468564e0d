update change
set bytes = :bytes
where campaign = :campaign and device = :device and n = :n and hash = :hash
