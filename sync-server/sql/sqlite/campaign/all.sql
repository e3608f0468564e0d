select campaign, code, definition_name, export_key
from campaign
order by code
