select sum
from digest
where campaign = :campaign and home = :home and readers = :readers
