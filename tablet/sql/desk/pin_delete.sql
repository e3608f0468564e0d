delete from pin where person = :person
