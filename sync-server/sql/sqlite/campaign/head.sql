select epoch, seq, last_ms, conflict_seq, device
from campaign
where campaign = :campaign
