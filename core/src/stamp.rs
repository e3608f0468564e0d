//! Stamps: when a write was made, on the corrected clock, in a total order with the device as the last word.

use crate::limits;
use crate::planted::{self, Bug};

/// A hybrid logical clock reading: 48 bits of Unix milliseconds, 16 bits of counter. The device breaks ties.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Stamp(pub u64);

/// The last millisecond that fits 48 bits (year 10889).
const MS_MAX: i64 = (1 << 48) - 1;

impl Stamp {
    /// The first stamp of a millisecond; what lies outside 48 bits is moved to the nearest that fits.
    pub fn at_ms(ms: i64) -> Self {
        Self((ms.clamp(0, MS_MAX) as u64) << 16)
    }

    pub fn ms(self) -> i64 {
        (self.0 >> 16) as i64
    }

    pub fn counter(self) -> u16 {
        self.0 as u16
    }

    /// The next stamp; a full counter carries into the milliseconds.
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// `"<ms>.<counter>"`, the form of JSON answers. What no clock can show becomes the nearest that fits: a forged or broken
    /// clock is put right by [`place`], not by losing the visit. `None`: not two whole numbers.
    pub fn parse(text: &str) -> Option<Self> {
        let (ms, counter) = text.split_once('.')?;
        let negative = ms.starts_with('-');
        let ms = ms.strip_prefix('-').unwrap_or(ms);
        if ms.is_empty()
            || counter.is_empty()
            || !ms
                .bytes()
                .chain(counter.bytes())
                .all(|b| b.is_ascii_digit())
        {
            return None;
        }
        let ms: u64 = ms.parse().unwrap_or(u64::MAX).min(MS_MAX as u64);
        let counter: u16 = counter.parse().unwrap_or(u16::MAX);
        Some(Self(if negative {
            0
        } else {
            ms << 16 | u64::from(counter)
        }))
    }
}

impl std::fmt::Display for Stamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.ms(), self.counter())
    }
}

/// Makes stamps that only move forward: past the corrected clock and past everything seen.
#[derive(Debug, Clone, Copy, Default)]
pub struct StampClock {
    pub last: Stamp,
}

impl StampClock {
    /// `now_ms`: the corrected clock, Unix milliseconds.
    pub fn tick(&mut self, now_ms: i64) -> Stamp {
        let last = if planted::alive(Bug::ClockNotMerged) {
            Stamp::default()
        } else {
            self.last
        };
        self.last = last.next().max(Stamp::at_ms(now_ms));
        self.last
    }

    pub fn observe(&mut self, stamp: Stamp) {
        self.last = self.last.max(stamp);
    }
}

/// Clock readings that travel with each change and each request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Clocks {
    /// The tablet's wall clock as it reads, Unix milliseconds.
    pub wall_ms: i64,
    /// Which boot of the tablet, any number that a restart changes.
    pub boot: Option<u64>,
    /// Milliseconds since that boot, never set back.
    pub mono_ms: Option<i64>,
}

impl Clocks {
    /// The wall clock alone, where the monotonic clock cannot be trusted.
    pub fn wall_only(self) -> Self {
        Self {
            boot: None,
            mono_ms: None,
            ..self
        }
    }
}

/// One exchange: what the server's clock and the tablet's said at the same moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Contact {
    /// The server's time, Unix milliseconds.
    pub server_ms: i64,
    pub clocks: Clocks,
}

impl Contact {
    /// Tablet minus server, in milliseconds; positive: the tablet is ahead.
    pub fn offset_ms(&self) -> i64 {
        self.clocks.wall_ms.saturating_sub(self.server_ms)
    }

    /// The corrected time of a later reading: within the boot of the contact the monotonic clock tells how long ago it was,
    /// else the wall clock has to.
    pub fn corrected_ms(&self, now: &Clocks) -> i64 {
        let then = &self.clocks;
        match (then.boot, then.mono_ms, now.boot, now.mono_ms) {
            (Some(then), Some(start), Some(boot), Some(mono)) if then == boot && mono >= start => {
                self.server_ms.saturating_add(mono - start)
            }
            _ => now.wall_ms.saturating_sub(self.offset_ms()),
        }
    }

    /// Whether the tablet's monotonic clock ran as the server's did from this contact to a later one. On some tablets it
    /// stands still while they sleep; such a clock can place nothing. Contacts of two boots say nothing against it.
    pub fn mono_holds_until(&self, later: &Self) -> bool {
        let (Some(then), Some(boot)) = (self.clocks.boot, later.clocks.boot) else {
            return true;
        };
        let (Some(from), Some(to)) = (self.clocks.mono_ms, later.clocks.mono_ms) else {
            return true;
        };
        let by_server = later.server_ms.saturating_sub(self.server_ms);
        let by_mono = to.saturating_sub(from);
        then != boot || by_server.abs_diff(by_mono) <= limits::STAMP_TOLERANCE_MS.unsigned_abs()
    }
}

/// What the server knows when it places a change on its own time line; all Unix milliseconds of the server.
#[derive(Debug, Clone, Copy)]
pub struct Placing {
    pub server_now_ms: i64,
    /// Commit time of what the change had seen; 0 when it says nothing.
    pub seen_at_ms: i64,
    /// Stamp of the device's change before this one.
    pub previous: Stamp,
    pub request: Clocks,
}

/// The stamp under which the server takes a change: the given one when it is within
/// [`limits::STAMP_TOLERANCE_MS`] of where the change belongs, else that place.
///
/// The place is never later than now and never earlier than what it has seen; the stamp is always after the device's change
/// before. A wall clock that was set between the change and the request (a battery went flat) can place nothing: where it says
/// what cannot be, and the stamp says what can, the stamp is believed, which the tablet made with the clock of that time.
pub fn place(given: Stamp, clocks: Clocks, placing: &Placing) -> Stamp {
    if planted::alive(Bug::StampBelieved) {
        return given.max(placing.previous.next());
    }
    let now = placing.server_now_ms;
    // Every stamp of what it has seen is within the millisecond of that commit, so it comes after.
    let floor = placing.seen_at_ms.saturating_add(1).min(now);
    let belongs_ms = match (
        clocks.boot,
        clocks.mono_ms,
        placing.request.boot,
        placing.request.mono_ms,
    ) {
        (Some(boot), Some(mono), Some(boot_now), Some(mono_now))
            if boot == boot_now && mono <= mono_now =>
        {
            now.saturating_sub(mono_now.saturating_sub(mono))
        }
        _ => {
            let offset_ms = placing.request.wall_ms.saturating_sub(now);
            let by_wall_ms = clocks.wall_ms.saturating_sub(offset_ms);
            let was_set = clocks.boot != placing.request.boot && !can_be(by_wall_ms, floor, now);
            match was_set && can_be(given.ms(), floor, now) {
                true => given.ms(),
                false => by_wall_ms,
            }
        }
    };
    let belongs_ms = belongs_ms.max(floor).min(now);
    let believed = given.ms().abs_diff(belongs_ms) <= limits::STAMP_TOLERANCE_MS.unsigned_abs();
    let stamp = if believed {
        given
    } else {
        Stamp::at_ms(belongs_ms)
    };
    stamp.max(Stamp::at_ms(floor)).max(placing.previous.next())
}

/// Whether something can have happened then: after what it has seen and not after now, as far as clocks agree.
fn can_be(at_ms: i64, floor_ms: i64, now_ms: i64) -> bool {
    let tolerance_ms = limits::STAMP_TOLERANCE_MS;
    (floor_ms.saturating_sub(tolerance_ms)..=now_ms.saturating_add(tolerance_ms)).contains(&at_ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placing(previous: i64, request: Clocks) -> Placing {
        Placing {
            server_now_ms: 1_000_000,
            seen_at_ms: 100_000,
            previous: Stamp::at_ms(previous),
            request,
        }
    }

    const BOOTED: Clocks = Clocks {
        wall_ms: 1_000_000,
        boot: Some(7),
        mono_ms: Some(500_000),
    };

    #[test]
    fn a_believable_stamp_stays() {
        let clocks = Clocks {
            wall_ms: 900_000,
            boot: Some(7),
            mono_ms: Some(400_000),
        };
        assert_eq!(
            place(Stamp::at_ms(905_000), clocks, &placing(0, BOOTED)),
            Stamp::at_ms(905_000)
        );
    }

    #[test]
    fn in_the_same_boot_the_monotonic_clock_places_a_change_from_2099() {
        let clocks = Clocks {
            wall_ms: 4_000_000_000_000,
            boot: Some(7),
            mono_ms: Some(400_000),
        };
        assert_eq!(
            place(Stamp::at_ms(4_000_000_000_000), clocks, &placing(0, BOOTED)),
            Stamp::at_ms(900_000)
        );
    }

    #[test]
    fn a_battery_that_went_flat_does_not_move_what_was_recorded_before() {
        const DAY_MS: i64 = 86_400_000;
        let placing = |wall_ms| Placing {
            server_now_ms: 100 * DAY_MS,
            seen_at_ms: 98 * DAY_MS,
            previous: Stamp::default(),
            request: Clocks {
                wall_ms,
                boot: Some(8),
                mono_ms: Some(1),
            },
        };
        let morning_ms = 99 * DAY_MS;
        let recorded = Clocks {
            wall_ms: morning_ms + 7,
            boot: Some(7),
            mono_ms: Some(400_000),
        };
        let given = Stamp::at_ms(morning_ms);
        for wall_ms in [0, 40_000 * DAY_MS] {
            assert_eq!(
                place(given, recorded, &placing(wall_ms)),
                given,
                "{wall_ms}"
            );
        }
        // A stamp that cannot be either is moved to what can.
        let never = Stamp::at_ms(3 * DAY_MS);
        assert_eq!(place(never, recorded, &placing(0)).ms(), 100 * DAY_MS);
    }

    #[test]
    fn after_a_restart_the_offset_of_this_exchange_places_it() {
        let request = Clocks {
            wall_ms: 50_000,
            boot: Some(8),
            mono_ms: Some(1),
        };
        let clocks = Clocks {
            wall_ms: 20_000,
            boot: Some(7),
            mono_ms: Some(400_000),
        };
        assert_eq!(
            place(Stamp::at_ms(20_000), clocks, &placing(0, request)),
            Stamp::at_ms(970_000)
        );
    }

    #[test]
    fn a_monotonic_clock_that_stood_still_places_nothing() {
        let at = |server_ms, boot, mono_ms| Contact {
            server_ms,
            clocks: Clocks {
                wall_ms: server_ms,
                boot: Some(boot),
                mono_ms: Some(mono_ms),
            },
        };
        let before = at(1_000_000, 7, 500_000);
        assert!(before.mono_holds_until(&at(5_000_000, 7, 4_530_000)));
        assert!(!before.mono_holds_until(&at(5_000_000, 7, 600_000)));
        assert!(!before.mono_holds_until(&at(i64::MAX, 7, i64::MIN)));
        assert!(before.mono_holds_until(&at(5_000_000, 8, 10)));
        let request = at(1_000_000, 7, 600_000).clocks.wall_only();
        let clocks = Clocks {
            wall_ms: 400_000,
            boot: Some(7),
            mono_ms: Some(599_000),
        };
        assert_eq!(
            place(Stamp::at_ms(990_000), clocks, &placing(0, request)),
            Stamp::at_ms(400_000)
        );
    }

    #[test]
    fn never_before_what_it_has_seen_nor_after_now_and_always_after_the_one_before() {
        let clocks = Clocks {
            wall_ms: -5,
            boot: None,
            mono_ms: None,
        };
        assert_eq!(
            place(Stamp::at_ms(0), clocks, &placing(0, BOOTED)),
            Stamp::at_ms(100_001)
        );
        let late = Clocks {
            wall_ms: i64::MAX,
            boot: None,
            mono_ms: None,
        };
        assert_eq!(
            place(Stamp(u64::MAX), late, &placing(0, BOOTED)),
            Stamp::at_ms(1_000_000)
        );
        assert_eq!(
            place(Stamp::at_ms(0), clocks, &placing(800_000, BOOTED)),
            Stamp::at_ms(800_000).next()
        );
    }

    #[test]
    fn the_counter_carries_into_the_milliseconds() {
        let mut clock = StampClock {
            last: Stamp(10 << 16 | 0xffff),
        };
        assert_eq!(clock.tick(5), Stamp(11 << 16));
        assert_eq!(Stamp::parse("11.0"), Some(Stamp(11 << 16)));
        assert_eq!(Stamp::parse("-1.0"), Some(Stamp(0)));
        assert_eq!(
            Stamp::parse("9223372036854775807.99999"),
            Some(Stamp(u64::MAX))
        );
        assert_eq!(Stamp::parse("1e3.0"), None);
        assert_eq!(Stamp::parse("."), None);
    }
}
