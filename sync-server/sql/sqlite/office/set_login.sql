insert into login (login, campaign, person, password_hash)
values (:login, :campaign, :person, :password_hash)
on conflict (login) do update set campaign = excluded.campaign, person = excluded.person, password_hash = excluded.password_hash
