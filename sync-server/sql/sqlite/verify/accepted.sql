select device, n, hash, in_chain, state, seq, settled_seq, stamp, received_ms, commit_ms, content_hash, author, visit, visit_trader, visit_market, bytes
from change
where campaign = :campaign and seq > 0 and seq <= :until_seq
order by seq
