select kind, id, row, home, owner, scope_seq, ord, registers
from record
where campaign = :campaign and kind = :kind
order by id
