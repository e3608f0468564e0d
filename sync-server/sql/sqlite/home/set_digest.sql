insert into digest (campaign, home, readers, sum)
values (:campaign, :home, :readers, :sum)
on conflict (campaign, home, readers) do update set sum = excluded.sum
