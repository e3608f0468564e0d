select no, device, n, hash, in_chain, state, reason, stamp, given_stamp, seq, settled_seq, received_ms, content_hash, author, visit, visit_trader, visit_market, bytes
from change
where no in (select change_no from touch where campaign = :campaign and kind = :kind and id = :id)
  and content_hash = :content_hash
order by no
