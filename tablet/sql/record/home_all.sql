select home, sum, shown, filling
from home
order by home
