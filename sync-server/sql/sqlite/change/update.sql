update change
set in_chain = :in_chain, state = :state, reason = :reason, stamp = :stamp, seq = :seq, settled_seq = :settled_seq,
  commit_ms = :commit_ms, visit_market = :visit_market, bytes = :bytes
where no = :no
