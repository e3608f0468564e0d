insert into enrolment (
  enrolment, campaign, first_device, token_hash, people, device_name, app_version, enrolled_ms, last_seen_ms
)
values (
  :enrolment, :campaign, :first_device, :token_hash, :people, :device_name, :app_version, :now_ms, :now_ms
)
