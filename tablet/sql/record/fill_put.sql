insert into fill (kind, id, home, owner, confirmed)
values (:kind, :id, :home, :owner, :confirmed)
on conflict (kind, id) do update set
  home = excluded.home,
  owner = excluded.owner,
  confirmed = excluded.confirmed
