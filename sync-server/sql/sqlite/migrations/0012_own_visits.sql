-- Serves totals, and each answer's look for the sender's own visits: found by its devices, without a look at the changes.
drop index change_visit;
create index change_visit on change (campaign, device, state, visit) where visit is not null;
