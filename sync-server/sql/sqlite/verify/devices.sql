select device, high_n
from device
where campaign = :campaign
order by device
