delete from fill where home = :home
