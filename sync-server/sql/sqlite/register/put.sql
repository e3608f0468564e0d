insert into register_value (campaign, register, trader, match_key, marks)
values (:campaign, :register, :trader, :match_key, :marks)
on conflict (campaign, register, trader) do update set match_key = excluded.match_key, marks = excluded.marks
