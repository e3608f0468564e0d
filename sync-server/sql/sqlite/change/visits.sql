select device, n, hash, state, reason, stamp, given_stamp, seq, received_ms, author, visit, visit_trader, visit_market
from change indexed by change_visit
where campaign = :campaign and visit is not null
order by no
