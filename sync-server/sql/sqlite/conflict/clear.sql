delete from sibling
where campaign = :campaign and kind = :kind and id = :id and field = :field
