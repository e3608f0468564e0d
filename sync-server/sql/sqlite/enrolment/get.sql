select
  enrolment, campaign, first_device, people, device_name, app_version, enrolled_ms, last_seen_ms, revoked_ms, revoked_why, rescue,
  contact_wall_ms, contact_boot, contact_mono_ms
from enrolment
where enrolment = :enrolment
