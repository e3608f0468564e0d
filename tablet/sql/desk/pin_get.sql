select hash, wrong, wait_ms, boot, mono_ms
from pin
where person = :person
