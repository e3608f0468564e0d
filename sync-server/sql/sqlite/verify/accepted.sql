select device, n, hash, in_chain, state, seq, settled_seq, stamp, commit_ms, bytes
from change
where campaign = :campaign and seq > 0 and seq <= :until_seq
order by seq
