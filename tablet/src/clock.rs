//! The tablet's clocks: the wall clock as it reads, the time since boot, and the corrected time that follows from both.

use grebeg_core::limits::STAMP_TOLERANCE_MS;
use grebeg_core::stamp::{Clocks, Contact};
use sha2::{Digest, Sha256};
use std::sync::OnceLock;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// What the clocks say now.
///
/// On Linux and Android boot and monotonic time come from the kernel, so they hold between processes of one boot.
/// Elsewhere the boot is a random number of this process and its time counts from the process's start: changes of one
/// process are then placed by it, others by the wall clock.
pub fn read() -> Clocks {
    let turned = Turned::read();
    let wall_ms = wall_ms()
        .saturating_add(turned.by_ms)
        .saturating_add(turned.wall_ms);
    if let (Some(boot), Some(mono_ms)) = (kernel_boot(), kernel_uptime_ms()) {
        return Clocks {
            wall_ms,
            boot: Some(boot ^ turned.boots),
            mono_ms: Some(mono_ms.saturating_add(turned.by_ms)),
        };
    }
    static PROCESS: OnceLock<(Instant, Option<u64>)> = OnceLock::new();
    let (start, boot) = PROCESS.get_or_init(|| {
        let mut bytes = [0u8; 8];
        let boot = getrandom::fill(&mut bytes).ok();
        (Instant::now(), boot.map(|()| u64::from_be_bytes(bytes)))
    });
    Clocks {
        wall_ms,
        boot: *boot,
        mono_ms: boot.and(i64::try_from(start.elapsed().as_millis()).ok()),
    }
}

/// Unix milliseconds; before 1970 negative, and never a panic.
fn wall_ms() -> i64 {
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |ms| -ms),
    }
}

/// How a demonstration has turned the clocks: up to three numbers in the file that `GREBEG_CLOCK` names, read anew each time.
/// Only in builds for development.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Turned {
    /// Added to both clocks, in milliseconds.
    by_ms: i64,
    /// Added to the wall clock alone, in milliseconds.
    wall_ms: i64,
    /// How often the battery went flat.
    boots: u64,
}

impl Turned {
    #[cfg(debug_assertions)]
    fn read() -> Self {
        static FILE: OnceLock<Option<std::path::PathBuf>> = OnceLock::new();
        let file = FILE.get_or_init(|| std::env::var_os("GREBEG_CLOCK").map(Into::into));
        let text = file
            .as_ref()
            .and_then(|file| std::fs::read_to_string(file).ok());
        text.map_or_else(Self::default, |text| Self::parse(&text))
    }

    #[cfg(not(debug_assertions))]
    fn read() -> Self {
        Self::default()
    }

    #[cfg(any(debug_assertions, test))]
    fn parse(text: &str) -> Self {
        let mut numbers = text.split_whitespace();
        let mut next = || numbers.next().and_then(|number| number.parse::<i64>().ok());
        Self {
            by_ms: next().unwrap_or(0),
            wall_ms: next().unwrap_or(0),
            boots: next().map_or(0, i64::unsigned_abs),
        }
    }
}

fn kernel_boot() -> Option<u64> {
    static BOOT: OnceLock<Option<u64>> = OnceLock::new();
    *BOOT.get_or_init(|| {
        let id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
        let hash = Sha256::digest(id.trim().as_bytes());
        Some(
            hash.iter()
                .take(8)
                .fold(0, |sum, byte| sum << 8 | u64::from(*byte)),
        )
    })
}

/// Since boot with sleep, from the first number of `/proc/uptime` (seconds with two decimals).
fn kernel_uptime_ms() -> Option<i64> {
    let text = std::fs::read_to_string("/proc/uptime").ok()?;
    let seconds: f64 = text.split_whitespace().next()?.parse().ok()?;
    Some((seconds * 1_000.0) as i64)
}

/// The corrected time of a reading; the wall clock itself before the first contact.
pub fn corrected_ms(contact: Option<&Contact>, now: &Clocks) -> i64 {
    contact.map_or(now.wall_ms, |contact| contact.corrected_ms(now))
}

/// Whether a reading is so far from the corrected time that a person should be told.
pub fn is_doubtful(contact: Option<&Contact>, now: &Clocks) -> bool {
    let difference = now.wall_ms.abs_diff(corrected_ms(contact, now));
    difference > STAMP_TOLERANCE_MS.unsigned_abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clocks(wall_ms: i64, boot: u64, mono_ms: i64) -> Clocks {
        Clocks {
            wall_ms,
            boot: Some(boot),
            mono_ms: Some(mono_ms),
        }
    }

    #[test]
    fn within_a_boot_the_wall_clock_may_jump_and_after_it_the_offset_counts() {
        let contact = Contact {
            server_ms: 1_000_000,
            clocks: clocks(1_005_000, 1, 100),
        };
        assert_eq!(contact.offset_ms(), 5_000);
        assert_eq!(
            corrected_ms(Some(&contact), &clocks(99_000_000, 1, 700)),
            1_000_600
        );
        assert_eq!(
            corrected_ms(Some(&contact), &clocks(1_010_000, 2, 50)),
            1_005_000
        );
        assert!(is_doubtful(Some(&contact), &clocks(99_000_000, 1, 700)));
        assert!(!is_doubtful(Some(&contact), &clocks(1_006_000, 1, 700)));
    }

    #[test]
    fn a_turned_clock_may_have_a_wrong_wall_and_other_boots() {
        let turned = |by_ms, wall_ms, boots| Turned {
            by_ms,
            wall_ms,
            boots,
        };
        assert_eq!(Turned::parse("-86400000\n"), turned(-86_400_000, 0, 0));
        assert_eq!(Turned::parse("5 -7 2"), turned(5, -7, 2));
        assert_eq!(Turned::parse("soon"), Turned::default());
    }

    #[test]
    fn odd_readings_never_overflow() {
        let contact = Contact {
            server_ms: i64::MAX,
            clocks: clocks(i64::MIN, 1, 0),
        };
        let _ = corrected_ms(Some(&contact), &clocks(i64::MAX, 2, i64::MAX));
        let _ = corrected_ms(Some(&contact), &clocks(i64::MIN, 1, i64::MAX));
        assert!(read().mono_ms.is_some());
    }
}
