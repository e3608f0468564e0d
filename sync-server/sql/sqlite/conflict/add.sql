insert into sibling (campaign, kind, id, field, number, register)
values (:campaign, :kind, :id, :field, :number, :register)
