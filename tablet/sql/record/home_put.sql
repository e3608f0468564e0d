insert into home (home, sum, shown, filling)
values (:home, :sum, :shown, :filling)
on conflict (home) do update set
  sum = excluded.sum,
  shown = excluded.shown,
  filling = excluded.filling
