//! Sending in the background: at the start, after a save, on *Kirim*, and again after a failure with growing pauses.

use super::{Desk, Event, SyncPhase};
use crate::clock;
use crate::error::{Result, SyncFault, TabletError};
use crate::home::random;
use crate::store::meta;
use crate::store::own::{self, OwnState};
use crate::sync::{self, SyncResult};
use grebeg_core::wire::json::time;
use std::sync::{Arc, Condvar, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

/// The pause after the first failure and the longest one.
const PAUSE_MIN: Duration = Duration::from_secs(5);
const PAUSE_MAX: Duration = Duration::from_secs(5 * 60);
/// After a save others often follow: they travel together.
const GATHER: Duration = Duration::from_secs(2);
/// How often somebody else's work is fetched when nothing waits here.
const FETCH: Duration = Duration::from_secs(5 * 60);
/// How often the idle lock is looked at.
const TICK: Duration = Duration::from_secs(5);

/// Wakes the background.
#[derive(Debug, Default)]
pub struct Waker {
    asked: Mutex<Asked>,
    changed: Condvar,
}

#[derive(Debug, Default, Clone, Copy)]
struct Asked {
    /// A person wants it now.
    now: bool,
    /// Something was saved.
    hint: bool,
    closed: bool,
}

impl Waker {
    /// Now, whatever pause is left.
    pub fn wake(&self) {
        self.set(|asked| asked.now = true);
    }

    /// Soon, but no sooner than a pause after a failure allows.
    pub fn hint(&self) {
        self.set(|asked| asked.hint = true);
    }

    pub fn close(&self) {
        self.set(|asked| asked.closed = true);
    }

    fn set(&self, change: impl FnOnce(&mut Asked)) {
        change(&mut self.asked.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.notify_all();
    }

    /// Waits at most `limit`; gives what was asked since the last time.
    fn wait(&self, limit: Duration) -> Asked {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let quiet = |asked: &mut Asked| !(asked.now || asked.hint || asked.closed);
        let (mut asked, _) = self
            .changed
            .wait_timeout_while(asked, limit, quiet)
            .unwrap_or_else(PoisonError::into_inner);
        let taken = *asked;
        asked.now = false;
        asked.hint = false;
        taken
    }
}

/// Starts the background; it ends with the desk.
pub fn start(desk: &Arc<Desk>) {
    let desk = Arc::downgrade(desk);
    std::thread::spawn(move || background(&desk));
}

fn background(desk: &Weak<Desk>) {
    let mut plan = Plan::default();
    if let Some(desk) = desk.upgrade() {
        plan.first(&desk);
    }
    while let Some(desk) = desk.upgrade() {
        let limit = plan.due.saturating_duration_since(Instant::now()).min(TICK);
        let asked = desk.waker.wait(limit);
        if asked.closed {
            return;
        }
        desk.lock_where_due();
        if asked.hint {
            plan.saved();
        }
        if asked.now || Instant::now() >= plan.due {
            plan.ended(&desk.send());
            desk.tell_next(&plan);
        }
    }
}

/// When the next exchange is due, and why.
#[derive(Debug)]
struct Plan {
    due: Instant,
    failures: u32,
    /// The server's own wish, or a failure's pause: a save does not shorten it.
    not_before: Option<Instant>,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            due: Instant::now() + FETCH,
            failures: 0,
            not_before: None,
        }
    }
}

impl Plan {
    /// At the start: at once where something waits or the first fetch is not complete.
    fn first(&mut self, desk: &Desk) {
        let store = desk.lock_store();
        let waiting = own::count(&store.conn, OwnState::Waiting).unwrap_or(0) > 0;
        let enrolled = matches!(meta::enrolment(&store.conn), Ok(Some(_)));
        let filled = meta::flag(&store.conn, "filled").unwrap_or(false);
        if enrolled && (waiting || !filled) {
            self.due = Instant::now();
        }
    }

    fn saved(&mut self) {
        let soon = Instant::now() + GATHER;
        let soon = self
            .not_before
            .map_or(soon, |not_before| soon.max(not_before));
        self.due = self.due.min(soon);
    }

    fn ended(&mut self, ended: &Ended) {
        let now = Instant::now();
        match ended {
            Ended::Well => {
                self.failures = 0;
                self.not_before = None;
                self.due = now + FETCH;
            }
            // Nothing to retry: somebody has to do something first.
            Ended::ForGood => {
                self.failures = 0;
                self.not_before = Some(now + PAUSE_MAX);
                self.due = now + PAUSE_MAX;
            }
            Ended::Badly { wait } => {
                let pause = pause_after(self.failures, *wait);
                self.failures = self.failures.saturating_add(1);
                self.not_before = Some(now + pause);
                self.due = now + pause;
            }
        }
    }
}

/// How long to wait after an exchange that failed, as many before it as `failures`. `wait`: what the server asked for.
pub fn pause_after(failures: u32, wait: Duration) -> Duration {
    // Many were asked to wait the same time at the same moment: they come a little apart, and none of them before it.
    let wait = wait.max(jittered(wait));
    jittered(pause(failures)).max(wait)
}

/// Doubles with each failure.
fn pause(failures: u32) -> Duration {
    let factor = 1u32.checked_shl(failures.min(16)).unwrap_or(u32::MAX);
    PAUSE_MIN.saturating_mul(factor).min(PAUSE_MAX)
}

/// Between three quarters and five quarters, so that tablets that failed together do not come back together.
fn jittered(pause: Duration) -> Duration {
    let [byte] = random::<1>().unwrap_or([128]);
    pause.mul_f64(0.75 + f64::from(byte) / 510.0)
}

/// How an exchange ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    Well,
    Badly { wait: Duration },
    ForGood,
}

impl Desk {
    /// One exchange, told before and after. The store is free while the network is asked.
    fn send(&self) -> Ended {
        let enrolled = matches!(meta::enrolment(&self.lock_store().conn), Ok(Some(_)));
        if !enrolled {
            return Ended::ForGood;
        }
        self.tell_sync(|state| {
            state.state = SyncPhase::Sending;
            state.next_try_at = None;
        });
        let before = self.lock_store().version();
        let mut shelf = &self.store;
        let result = sync::run(&mut shelf);
        self.lock_where_due();
        let waiting = own::count(&self.lock_store().conn, OwnState::Waiting).unwrap_or(0);
        let records = result.as_ref().map_or(0, |result| result.news);
        // First what came in, then that it is over: a page that hears the end shows what was sent anew, unless it knows by then
        // that changes of others wait to be asked for.
        if records > 0 || (result.is_err() && self.lock_store().version() != before) {
            self.events.tell(&Event::Changed { records });
        }
        self.tell_end(&result, waiting)
    }

    fn tell_end(&self, result: &Result<SyncResult>, waiting: u64) -> Ended {
        match result {
            Ok(result) => {
                let at = meta::moment(&self.lock_store().conn, "last_sync");
                self.tell_sync(|state| {
                    state.state = SyncPhase::Idle;
                    state.at = at.ok().flatten().map(time).or(state.at.take());
                    state.code = None;
                    state.waiting = waiting;
                    state.same_as_server = result.same_as_server;
                });
                Ended::Well
            }
            Err(error) => {
                self.tell_sync(|state| {
                    state.state = SyncPhase::Failed;
                    state.code = Some(error.code().to_owned());
                    state.waiting = waiting;
                });
                self.after(error)
            }
        }
    }

    fn after(&self, error: &TabletError) -> Ended {
        match error {
            TabletError::Sync {
                fault: SyncFault::ServerBusy,
                ..
            } => {
                let until = meta::moment(&self.lock_store().conn, "not_before");
                let until_ms = until.ok().flatten().unwrap_or(0);
                let wait_ms = until_ms.saturating_sub(clock::read().wall_ms);
                let wait = Duration::from_millis(u64::try_from(wait_ms).unwrap_or(0));
                Ended::Badly {
                    wait: wait.min(PAUSE_MAX * 12),
                }
            }
            TabletError::Sync {
                fault: SyncFault::Revoked | SyncFault::UnknownDevice | SyncFault::Closed,
                ..
            }
            | TabletError::Locked
            | TabletError::NotEnrolled => Ended::ForGood,
            _ => Ended::Badly {
                wait: Duration::ZERO,
            },
        }
    }

    fn tell_next(&self, plan: &Plan) {
        let failed = plan.failures > 0;
        let left = plan.due.saturating_duration_since(Instant::now());
        let left_ms = i64::try_from(left.as_millis()).unwrap_or(i64::MAX);
        let contact = meta::contact(&self.lock_store().conn).ok().flatten();
        let now_ms = clock::corrected_ms(contact.as_ref(), &clock::read());
        self.tell_sync(|state| {
            state.next_try_at = failed.then(|| time(now_ms.saturating_add(left_ms)));
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn pauses_double_up_to_five_minutes_and_are_never_the_same_for_all() {
        let pauses: Vec<u64> = (0..8).map(|n| pause(n).as_secs()).collect();
        assert_eq!(pauses, [5, 10, 20, 40, 80, 160, 300, 300]);
        assert_eq!(pause(u32::MAX), PAUSE_MAX);
        for _ in 0..100 {
            let pause = jittered(Duration::from_secs(100)).as_secs_f64();
            assert!((75.0..=125.1).contains(&pause), "{pause}");
        }
    }

    #[test]
    fn a_wait_that_the_server_asks_for_is_kept_and_does_not_end_for_all_at_once() {
        let wait = Duration::from_secs(120);
        let pauses: HashSet<Duration> = (0..100).map(|_| pause_after(0, wait)).collect();
        assert!(
            pauses
                .iter()
                .all(|pause| (120.0..=150.1).contains(&pause.as_secs_f64()))
        );
        assert!(pauses.len() > 20, "{pauses:?}");
    }

    #[test]
    fn a_save_does_not_shorten_the_pause_after_a_failure() {
        let mut plan = Plan::default();
        plan.saved();
        assert!(plan.due <= Instant::now() + GATHER);
        plan.ended(&Ended::Badly {
            wait: Duration::from_secs(120),
        });
        plan.saved();
        assert!(plan.due > Instant::now() + Duration::from_secs(100));
        plan.ended(&Ended::Well);
        plan.saved();
        assert!(plan.due <= Instant::now() + GATHER);
    }
}
