update register_value
set marks = '{}'
where campaign = :campaign and trader = :trader
