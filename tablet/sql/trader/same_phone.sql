-- The plus keeps the planner from walking everybody who is not hidden.
select count(*)
from trader_row
where phone = :phone and phone <> '' and id <> :id and +hidden = 0
