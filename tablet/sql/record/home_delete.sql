delete from home where home = :home
