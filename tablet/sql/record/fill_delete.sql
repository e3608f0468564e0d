delete from fill where kind = :kind and id = :id
