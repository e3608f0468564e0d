delete from record where kind = :kind and id = :id
