update enrol_code
set spoken_wrong = spoken_wrong + 1
where no = :no
