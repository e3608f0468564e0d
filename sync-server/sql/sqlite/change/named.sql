select no, device, n, hash, in_chain, state, reason, stamp, given_stamp, seq, settled_seq, received_ms, content_hash, author, visit, visit_trader, visit_market, bytes
from change
where campaign = :campaign and device = :device and n = :n
order by in_chain desc, no
