insert into past_epoch (campaign, ordinal, epoch, branch_seq)
select :campaign, coalesce(max(ordinal), 0) + 1, :epoch, :branch_seq
from past_epoch
where campaign = :campaign
