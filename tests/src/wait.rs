//! Waiting for something to become true, with a generous end, instead of sleeping for a guess.

use std::time::{Duration, Instant};

/// How long anything may take before the story counts as stuck. Far above what a loaded machine needs.
pub const PATIENCE: Duration = Duration::from_secs(90);

/// Asks `probe` again and again until it gives a value; panics with `what` after [`PATIENCE`].
pub fn until<T>(what: &str, probe: impl FnMut() -> Option<T>) -> T {
    within(PATIENCE, what, probe)
}

/// Asks `probe` again and again until it gives a value; panics with `what` after `limit`.
pub fn within<T>(limit: Duration, what: &str, mut probe: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(value) = probe() {
            return value;
        }
        assert!(started.elapsed() < limit, "gave up after {limit:?}: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
