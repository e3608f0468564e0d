insert or ignore into held_market (campaign, person, market, from_seq)
values (:campaign, :person, :market, :seq)
