insert or replace into conflict (kind, id, field, lost)
values (:kind, :id, :field, :lost)
