select person
from pin
order by person
