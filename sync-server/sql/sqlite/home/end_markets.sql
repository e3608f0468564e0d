update held_market
set until_seq = :seq
where campaign = :campaign and person = :person and market = :market and until_seq is null
