select no, campaign, people, spoken_hash, spoken_until_ms, spoken_wrong, qr_hash, qr_until_ms, used_ms
from enrol_code
where campaign = :campaign and used_ms is null
order by no
