insert into draft (person, trader, place, body)
values (:person, :trader, (select coalesce(max(place), 0) + 1 from draft), :body)
on conflict (person, trader) do update set place = excluded.place, body = excluded.body
