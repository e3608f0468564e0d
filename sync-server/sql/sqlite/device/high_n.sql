select high_n
from device
where campaign = :campaign and device = :device
