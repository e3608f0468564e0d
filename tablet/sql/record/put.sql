insert into record (kind, id, home, owner, confirmed, screen)
values (:kind, :id, :home, :owner, :confirmed, :screen)
on conflict (kind, id) do update set
  home = excluded.home,
  owner = excluded.owner,
  confirmed = excluded.confirmed,
  screen = excluded.screen
