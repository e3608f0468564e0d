//! Slows down who guesses passwords: five failures a minute from one address, and five a minute for one log-in.
//!
//! A log-in that strangers try stays open from the addresses where it was signed in before: nobody can lock a lead out.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

const WRONG_MAX: usize = 5;
const WINDOW: Duration = Duration::from_secs(60);
/// Names and addresses that are remembered; when there are more, the oldest failures are forgotten first.
const ENTRIES_MAX: usize = 20_000;
/// Addresses that are remembered for a log-in.
const KNOWN_MAX: usize = 16;
/// How often failures go to the log, as a number.
const NOTE_EVERY: Duration = Duration::from_secs(60);

/// What failures are counted for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Address(IpAddr),
    Login(String),
}

#[derive(Default)]
struct Kept {
    failures: HashMap<Key, VecDeque<Instant>>,
    /// Where a log-in was signed in.
    known: HashMap<String, BTreeSet<IpAddr>>,
    unnoted: u64,
    noted_at: Option<Instant>,
}

/// Failed tries of the last minute.
#[derive(Default)]
pub struct Tries(Mutex<Kept>);

impl Tries {
    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How long to wait before the next try; `None`: try now.
    pub fn wait(&self, login: &str, address: IpAddr, now: Instant) -> Option<Duration> {
        let mut kept = self.kept();
        let familiar = kept
            .known
            .get(login)
            .is_some_and(|known| known.contains(&address));
        let by_address = kept.wait(&Key::Address(address), now);
        if familiar {
            return by_address;
        }
        by_address.max(kept.wait(&Key::Login(login.to_owned()), now))
    }

    /// Counts a failure; the number to write to the log now, if it is time.
    pub fn failed(&self, login: &str, address: IpAddr, now: Instant) -> Option<u64> {
        let mut kept = self.kept();
        if kept.failures.len() >= ENTRIES_MAX {
            kept.failures
                .retain(|_, at| at.back().is_some_and(|last| now - *last < WINDOW));
            if kept.failures.len() >= ENTRIES_MAX {
                kept.failures.clear();
            }
        }
        for key in [Key::Address(address), Key::Login(login.to_owned())] {
            kept.failures.entry(key).or_default().push_back(now);
        }
        kept.unnoted += 1;
        let due = kept.noted_at.is_none_or(|at| now - at >= NOTE_EVERY);
        due.then(|| {
            kept.noted_at = Some(now);
            std::mem::take(&mut kept.unnoted)
        })
    }

    /// A sign-in: the address is one of that person's from now on.
    pub fn succeeded(&self, login: &str, address: IpAddr) {
        let mut kept = self.kept();
        if kept.known.len() >= ENTRIES_MAX {
            kept.known.clear();
        }
        let known = kept.known.entry(login.to_owned()).or_default();
        if known.len() >= KNOWN_MAX {
            known.pop_first();
        }
        known.insert(address);
    }
}

impl Kept {
    fn wait(&mut self, key: &Key, now: Instant) -> Option<Duration> {
        let failures = self.failures.get_mut(key)?;
        while failures.front().is_some_and(|at| now - *at >= WINDOW) {
            failures.pop_front();
        }
        let over = failures.len().checked_sub(WRONG_MAX)?;
        failures.get(over).map(|at| WINDOW - (now - *at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn five_failures_close_an_address_for_a_minute() {
        let (tries, start) = (Tries::default(), Instant::now());
        let here = ip("203.0.113.1");
        for n in 0..5u32 {
            let now = start + Duration::from_secs(n.into());
            assert_eq!(tries.wait("ratna", here, now), None, "{n}");
            tries.failed(&format!("somebody{n}"), here, now);
        }
        let now = start + Duration::from_secs(5);
        assert_eq!(
            tries.wait("ratna", here, now),
            Some(Duration::from_secs(55))
        );
        assert_eq!(tries.wait("ratna", ip("203.0.113.2"), now), None);
        assert_eq!(
            tries.wait("ratna", here, start + Duration::from_secs(61)),
            None
        );
    }

    #[test]
    fn strangers_close_a_log_in_only_for_strangers() {
        let (tries, now) = (Tries::default(), Instant::now());
        let own = ip("198.51.100.7");
        tries.succeeded("ratna", own);
        for n in 0..50u8 {
            tries.failed("ratna", IpAddr::from([203, 0, 113, n]), now);
        }
        assert!(tries.wait("ratna", ip("192.0.2.1"), now).is_some());
        assert_eq!(tries.wait("ratna", own, now), None);
        assert_eq!(tries.wait("darma", ip("192.0.2.1"), now), None);
    }

    #[test]
    fn failures_go_to_the_log_as_a_number_once_a_minute() {
        let (tries, start) = (Tries::default(), Instant::now());
        let noted: Vec<Option<u64>> = (0..4u64)
            .map(|n| {
                let now = start + Duration::from_secs(n * 25);
                tries.failed("x", ip("203.0.113.1"), now)
            })
            .collect();
        assert_eq!(noted, [Some(1), None, None, Some(3)]);
    }
}
