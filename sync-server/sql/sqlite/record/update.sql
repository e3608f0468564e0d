update record
set home = :home, owner = :owner, scope_seq = :scope_seq, ord = :ord, registers = :registers
where row = :row
