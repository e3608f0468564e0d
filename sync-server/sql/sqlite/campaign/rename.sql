update campaign
set code = :code, definition_name = :definition_name
where campaign = :campaign
