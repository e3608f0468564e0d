select kind, id, row, home, owner, scope_seq, ord, registers
from record
where campaign = :campaign and home = :home and (ord, row) > (:ord, :row)
order by ord, row
