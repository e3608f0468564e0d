-- Traders that are or were merged into another: the field's name stands in the registers as text.
select kind, id, row, home, owner, scope_seq, ord, registers
from record
where campaign = :campaign and kind = 'trader' and instr(registers, cast('merged_into' as blob)) > 0
order by id
