insert into enrol_code (campaign, people, spoken_name, spoken_hash, spoken_until_ms, qr_hash, qr_until_ms)
values (:campaign, :people, :spoken_name, :spoken_hash, :spoken_until_ms, :qr_hash, :qr_until_ms)
