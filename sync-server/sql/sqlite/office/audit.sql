insert into audit (campaign, at_ms, who, what, detail)
values (:campaign, :at_ms, :who, :what, :detail)
