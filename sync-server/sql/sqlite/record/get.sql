select row, home, owner, scope_seq, ord, registers
from record
where campaign = :campaign and kind = :kind and id = :id
