insert into record (campaign, kind, id, home, owner, scope_seq, ord, registers)
values (:campaign, :kind, :id, :home, :owner, :scope_seq, :ord, :registers)
