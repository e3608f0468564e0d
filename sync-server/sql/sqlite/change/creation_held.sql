select exists (
  select 1
  from touch
  join change on change.no = touch.change_no
  where touch.campaign = :campaign and touch.kind = :kind and touch.id = :id
    and change.state = 'held_back' and change.in_chain = 1
) and not exists (
  select 1
  from record
  where campaign = :campaign and kind = :kind and id = :id
)
