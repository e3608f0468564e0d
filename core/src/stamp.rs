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
            (ms << 16) + u64::from(counter)
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
mod tests;
