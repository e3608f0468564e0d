insert into campaign (campaign, code, definition_name, epoch, seq, last_ms, conflict_seq, device, export_key)
values (:campaign, :code, :definition_name, :epoch, 0, 0, 0, :device, :export_key)
