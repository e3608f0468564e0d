select sibling.kind, sibling.id, sibling.field, sibling.register, record.home
from sibling
join record on record.campaign = sibling.campaign and record.kind = sibling.kind and record.id = sibling.id
where sibling.campaign = :campaign
order by sibling.kind, sibling.id, sibling.field, sibling.number
