select epoch, branch_seq
from past_epoch
where campaign = :campaign
order by ordinal
