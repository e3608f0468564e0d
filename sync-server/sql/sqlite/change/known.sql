select no, state, reason
from change
where campaign = :campaign and device = :device and n = :n and hash = :hash
