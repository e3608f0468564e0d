delete from draft where person = :person and trader = :trader
