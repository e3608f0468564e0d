update sqlite_schema
set rootpage = :page
where type = 'table' and name = 'my_change'
