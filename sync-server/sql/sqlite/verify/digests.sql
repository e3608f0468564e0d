select home, readers, sum
from digest
where campaign = :campaign
order by home, readers
