//! A clock that can be turned: our programs' builds for development follow a file, so that past days can be lived
//! through in order, each visit at its own hour, by the real command lines. A tablet may have one of its own, which is tired.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::run::RunError;

/// The variable that names the file to our programs.
pub const VARIABLE: &str = "GREBEG_CLOCK";

/// See the module. The file holds how many milliseconds are added to the real time, then by how many the wall clock alone is
/// wrong, then how often the battery went flat.
#[derive(Debug)]
pub struct Clock {
    file: PathBuf,
    /// Added to the real time for what the demonstration calls now.
    base_ms: i64,
    turned_ms: AtomicI64,
    wrong: Mutex<Wrong>,
    is_followed: AtomicBool,
}

/// How a tablet's clock is wrong.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wrong {
    /// Added to the wall clock alone, in milliseconds: the time since boot stays right, as on a real tablet.
    pub wall_ms: i64,
    /// Boots since the beginning.
    pub boots: u64,
}

impl Clock {
    /// A clock whose file stands in this folder. `now_ms`: what the demonstration calls now, in Unix milliseconds;
    /// without it the real time.
    pub fn new(folder: &Path, now_ms: Option<i64>) -> Self {
        let base_ms = now_ms.map_or(0, |now_ms| now_ms - real_ms());
        Self {
            file: folder.join("clock"),
            base_ms,
            turned_ms: AtomicI64::new(base_ms),
            wrong: Mutex::default(),
            is_followed: AtomicBool::new(base_ms != 0),
        }
    }

    /// What is called now, in Unix milliseconds.
    pub fn now_ms(&self) -> i64 {
        real_ms() + self.base_ms
    }

    /// What it shows, without a wrong wall clock, in Unix milliseconds.
    pub fn shown_ms(&self) -> i64 {
        real_ms() + self.turned_ms.load(Ordering::SeqCst)
    }

    /// Turns the clock, so that it reads `at_ms` now and runs on from there.
    pub fn turn_to(&self, at_ms: i64) -> Result<(), RunError> {
        self.is_followed.store(true, Ordering::SeqCst);
        self.write(at_ms - real_ms())
    }

    /// Turns the clock as another one is turned.
    pub fn turn_as(&self, other: &Self) -> Result<(), RunError> {
        self.is_followed.store(true, Ordering::SeqCst);
        self.write(other.turned_ms.load(Ordering::SeqCst))
    }

    /// The wall clock is wrong from the next turn on.
    pub fn set_wrong(&self, wrong: Wrong) {
        *self.wrong.lock().unwrap_or_else(PoisonError::into_inner) = wrong;
    }

    /// Back to what the demonstration calls now. Where that is the real time, programs started from here on follow it.
    pub fn turn_back(&self) -> Result<(), RunError> {
        self.write(self.base_ms)?;
        self.is_followed.store(self.base_ms != 0, Ordering::SeqCst);
        Ok(())
    }

    /// The file that a program is to follow; `None`: the real time.
    pub fn followed(&self) -> Option<&Path> {
        let is_followed = self.is_followed.load(Ordering::SeqCst);
        is_followed.then_some(self.file.as_path())
    }

    /// A reader never sees half a number: the new file takes the place of the old one.
    fn write(&self, turned_ms: i64) -> Result<(), RunError> {
        self.turned_ms.store(turned_ms, Ordering::SeqCst);
        let new = self.file.with_extension("new");
        let wrong = *self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        let text = match wrong {
            Wrong {
                wall_ms: 0,
                boots: 0,
            } => turned_ms.to_string(),
            Wrong { wall_ms, boots } => format!("{turned_ms} {wall_ms} {boots}"),
        };
        std::fs::write(&new, text)
            .and_then(|()| std::fs::rename(&new, &self.file))
            .map_err(|source| RunError::file(&self.file, source))
    }
}

fn real_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turned(folder: &Path) -> i64 {
        let text = std::fs::read_to_string(folder.join("clock")).unwrap();
        text.parse().unwrap()
    }

    #[test]
    fn it_is_followed_only_while_it_differs_from_the_real_time() {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::new(folder.path(), None);
        assert_eq!(clock.followed(), None);
        clock.turn_to(clock.now_ms() - 86_400_000).unwrap();
        assert!(turned(folder.path()).abs_diff(-86_400_000) < 1_000);
        assert!(clock.followed().is_some());
        clock.turn_back().unwrap();
        assert_eq!((turned(folder.path()), clock.followed()), (0, None));
    }

    #[test]
    fn another_now_stays_when_it_is_turned_back() {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::new(folder.path(), Some(1_565_000_000_000));
        assert!(clock.now_ms().abs_diff(1_565_000_000_000) < 1_000);
        clock.turn_back().unwrap();
        assert!(clock.followed().is_some() && turned(folder.path()) < 0);
    }
}
