insert or ignore into my_touch (change, kind, id)
values (:change, :kind, :id)
