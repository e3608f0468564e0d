update campaign
set epoch = :epoch, seq = :seq, last_ms = :last_ms, conflict_seq = :conflict_seq, device = :device
where campaign = :campaign
