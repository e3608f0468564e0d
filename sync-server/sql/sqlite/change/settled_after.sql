select no, device, n, hash, in_chain, state, reason, stamp, given_stamp, seq, settled_seq, received_ms, content_hash, author, visit, visit_trader, visit_market, bytes
from change
where campaign = :campaign and settled_seq > 0 and settled_seq > :seq
  and device in (select device from device where campaign = :campaign and enrolment = :enrolment)
  -- What others sent in a tablet's name is no news about its own change of that number.
  and (reason is null or reason not in ('recovered', 'device-mismatch'))
order by settled_seq, no
