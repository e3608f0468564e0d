insert into pin (person, hash, wrong, wait_ms, boot, mono_ms)
values (:person, :hash, :wrong, :wait_ms, :boot, :mono_ms)
on conflict (person) do update set
  hash = excluded.hash,
  wrong = excluded.wrong,
  wait_ms = excluded.wait_ms,
  boot = excluded.boot,
  mono_ms = excluded.mono_ms
