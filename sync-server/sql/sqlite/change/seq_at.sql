select coalesce(max(seq), 0)
from change
where campaign = :campaign and commit_ms > 0 and commit_ms <= :at_ms
