select kind, id, row, home, owner, scope_seq, ord, registers
from record
where campaign = :campaign
order by kind, id
