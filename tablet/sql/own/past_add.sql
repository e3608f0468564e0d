insert into past_visit (day, standing, visits)
values (:day, :standing, 1)
on conflict (day, standing) do update set visits = visits + 1
