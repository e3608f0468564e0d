update enrol_code
set used_ms = :now_ms
where campaign = :campaign and used_ms is null
