insert into why (id, en)
values (:id, :en)
returning number
