select kind, id, row, home, owner, scope_seq, ord, registers
from record
where campaign = :campaign and kind = 'visit'
  and id in (
    select visit
    from change
    where campaign = :campaign and visit is not null and state = 'accepted'
      and device in (select device from device where campaign = :campaign and enrolment = :enrolment)
  )
  and home not in (select value from json_each(:homes))
order by id
