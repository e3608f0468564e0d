select body from draft where person = :person and trader = :trader
