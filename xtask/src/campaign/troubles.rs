//! What plagues the tablets of a city: lines that are gone for an evening or two, answers that get lost, tired clocks.

use crate::field::chance::Chance;
use crate::field::clock::Wrong;

/// How a tablet's evening is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evening {
    Sends,
    /// The server hears all, and the tablet nothing.
    LosesAnswer,
    NoLine,
}

const MINUTE_MS: i64 = 60_000;
/// 1 January 2011, 08:00 in Cirebon: where a clock begins whose battery went flat.
const FLAT_MS: i64 = 1_293_843_600_000;

/// One tablet's troubles, day by day.
#[derive(Debug)]
pub struct Troubles {
    chance: Chance,
    evening: Evening,
    /// Evenings that the line stays gone.
    dark_left: u64,
    wrong: Wrong,
    drift_ms: i64,
    /// The battery goes flat in the middle of the day.
    pub goes_flat: bool,
}

impl Troubles {
    pub fn new(seed: u64) -> Self {
        let mut chance = Chance::new(seed);
        let is_tired = chance.percent(65);
        let minutes = chance.between(-40, 40) * i64::from(is_tired);
        Self {
            drift_ms: chance.between(-90_000, 90_000) * i64::from(is_tired),
            wrong: Wrong {
                wall_ms: minutes * MINUTE_MS,
                boots: 0,
            },
            evening: Evening::Sends,
            dark_left: 0,
            goes_flat: false,
            chance,
        }
    }

    /// What the next day brings. `is_night`: in a market whose day begins in the morning, where a clock that was set by a
    /// wrist watch would move visits from one day to another.
    pub fn next_day(&mut self, is_night: bool) {
        if self.goes_flat {
            // Somebody set it by a wrist watch.
            self.wrong.wall_ms = self.chance.between(-4, 4) * MINUTE_MS;
        }
        self.wrong.wall_ms += self.drift_ms;
        let has_rest = self.dark_left > 0;
        self.dark_left = self.dark_left.saturating_sub(1);
        self.evening = match self.chance.below(100) {
            _ if has_rest => Evening::NoLine,
            0..8 => {
                self.dark_left = self.chance.below(2);
                Evening::NoLine
            }
            8..14 => Evening::LosesAnswer,
            _ => Evening::Sends,
        };
        let sends = self.evening == Evening::Sends;
        self.goes_flat = self.chance.percent(4) && (sends || !is_night);
    }

    pub fn evening(&self) -> Evening {
        self.evening
    }

    /// A line that is good this evening, whatever the day had brought.
    pub fn mend(&mut self) {
        self.evening = Evening::Sends;
        self.dark_left = 0;
    }

    pub fn wrong(&self) -> Wrong {
        self.wrong
    }

    /// The battery goes flat at this moment: another boot, and a clock that begins in 2011.
    pub fn go_flat(&mut self, at_ms: i64) -> Wrong {
        self.wrong.boots += 1;
        self.wrong.wall_ms = FLAT_MS - at_ms;
        self.wrong
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_gone_for_two_evenings_at_most() {
        for seed in 0..200 {
            let mut troubles = Troubles::new(seed);
            let mut dark = 0;
            for _ in 0..14 {
                troubles.next_day(true);
                dark = match troubles.evening() {
                    Evening::NoLine => dark + 1,
                    _ => 0,
                };
                assert!(
                    dark <= 3,
                    "two in a row, or one that begins as another ends: {seed}"
                );
                assert!(!troubles.goes_flat || troubles.evening() == Evening::Sends);
            }
        }
    }

    #[test]
    fn a_flat_battery_is_another_boot_and_another_year() {
        let mut troubles = Troubles::new(1);
        let wrong = troubles.go_flat(1_564_543_800_000);
        assert_eq!(wrong.boots, 1);
        assert_eq!(1_564_543_800_000 + wrong.wall_ms, FLAT_MS);
    }
}
