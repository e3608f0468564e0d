-- When a market was given to a person and taken away again, as places and as commit times.
select held_market.person, held_market.market, held_market.from_seq, held_market.until_seq,
  coalesce(given.commit_ms, 0) as from_ms, taken.commit_ms as until_ms
from held_market
left join change as given on given.campaign = held_market.campaign and given.seq = held_market.from_seq and given.seq > 0
left join change as taken on taken.campaign = held_market.campaign and taken.seq = held_market.until_seq and taken.seq > 0
where held_market.campaign = :campaign
order by held_market.person, held_market.market, held_market.from_seq
