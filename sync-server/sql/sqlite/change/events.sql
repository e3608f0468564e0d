select event.at_ms, change.device, change.n, change.hash, event.state, event.reason, event.by_person, event.why
from event
join change on change.no = event.change_no
where event.campaign = :campaign
order by event.no
