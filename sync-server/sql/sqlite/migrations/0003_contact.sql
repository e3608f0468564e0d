-- What a tablet's clocks said at its last exchange (at last_seen_ms): they tell later whether its monotonic clock ran on,
-- and an operator how far its wall clock is off.
alter table enrolment add column contact_wall_ms integer;
alter table enrolment add column contact_boot integer;
alter table enrolment add column contact_mono_ms integer;
