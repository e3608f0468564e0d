select exists (
  select 1
  from my_change
  where state = 'held_back' and reason = :reason
)
