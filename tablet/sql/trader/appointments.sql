select key
from trader_row
where appointment = :date and appointment <> '' and hidden = 0
order by appointment_at = '', appointment_at, market, walk
