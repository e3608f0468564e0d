select no, campaign, people, spoken_hash, spoken_until_ms, spoken_wrong, qr_hash, qr_until_ms, used_ms
from enrol_code
where qr_hash = :qr_hash
