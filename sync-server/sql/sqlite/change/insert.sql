insert into change (
  campaign, device, n, hash, in_chain, state, reason, stamp, given_stamp, seq, settled_seq, received_ms, commit_ms,
  content_hash, author, visit, visit_trader, visit_market, bytes
)
values (
  :campaign, :device, :n, :hash, :in_chain, :state, :reason, :stamp, :given_stamp, :seq, :settled_seq, :received_ms,
  :commit_ms, :content_hash, :author, :visit, :visit_trader, :visit_market, :bytes
)
