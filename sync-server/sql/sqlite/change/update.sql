update change
set in_chain = :in_chain, state = :state, reason = :reason, stamp = :stamp, seq = :seq, settled_seq = :settled_seq,
  commit_ms = :commit_ms, content_hash = :content_hash, author = :author, visit = :visit, visit_trader = :visit_trader,
  visit_market = :visit_market, bytes = :bytes
where no = :no
