update enrol_code
set used_ms = :now_ms
where no = :no
