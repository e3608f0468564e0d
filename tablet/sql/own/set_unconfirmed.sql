update my_change
set unconfirmed = :unconfirmed
where key = :key
