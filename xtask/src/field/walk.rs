//! Who walks where: each canvasser's blocks, the traders there, and the visits of one day with their hours.

use std::collections::VecDeque;

use chrono::NaiveDate;
use serde_json::Value;

use super::chance::Chance;
use super::story::{Mood, Trader, Ways};
use super::words::Deck;

/// Most visits to known traders of a day; the rest of it goes to new stalls.
const KNOWN_MAX: usize = 5;
/// Stalls of a day in a campaign that has to reach all of them, as many as its printed sheet has lines.
const SHEET_LINES: usize = 22;
/// Of these at most so many are known already.
const SHEET_KNOWN: usize = 14;
const MINUTE_MS: i64 = 60_000;
/// Between two visits of somebody in too much of a hurry.
const HURRY_MS: i64 = 9_000;

/// One canvasser, and whom they have met and will meet.
#[derive(Debug)]
pub struct Walker {
    /// Index of the tablet that the canvasser shares.
    pub tablet: usize,
    pub person: String,
    pub blocks: Vec<String>,
    ahead: VecDeque<Trader>,
    known: Vec<Trader>,
}

/// A visit and when it is made.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    pub at_ms: i64,
    pub tablet: usize,
    /// As `tablet record` reads it.
    pub visit: Value,
}

/// The hours of a day in the market, in Unix milliseconds.
#[derive(Debug, Clone, Copy)]
pub struct Hours {
    pub midnight_ms: i64,
    pub from_ms: i64,
    pub to_ms: i64,
}

/// What a day is like for one canvasser.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    pub visits: usize,
    /// Of these at most so many to known traders.
    pub known: usize,
    /// Some in a row come too fast.
    pub hurries: bool,
    pub mood: Mood,
}

impl Walker {
    /// A person without stalls yet; see [`share_out`].
    pub fn new(tablet: usize, person: &str) -> Self {
        Self {
            tablet,
            person: person.to_owned(),
            blocks: Vec::new(),
            ahead: VecDeque::new(),
            known: Vec::new(),
        }
    }

    /// The visits of a day: those that are due, then the next stalls of the way. `hurries`: some in a row come too fast.
    pub fn day(
        &mut self,
        day: NaiveDate,
        hours: Hours,
        visits: usize,
        number: usize,
        hurries: bool,
        chance: &mut Chance,
    ) -> Vec<Planned> {
        let known = KNOWN_MAX.min(visits.div_ceil(2));
        let pace = Pace {
            visits,
            known,
            hurries,
            mood: Mood::USUAL,
        };
        self.paced_day(day, hours, pace, number, chance)
    }

    /// How many stalls a day needs, so that so many days are enough for all that are ahead.
    pub fn pace(&self, day: NaiveDate, days_left: usize, mood: Mood) -> Pace {
        let due = self.known.iter().filter(|trader| trader.is_due(day));
        let known = due.count().min(SHEET_KNOWN);
        let new = (self.ahead.len() * 11).div_ceil(days_left.max(1) * 10);
        Pace {
            visits: (known + new).min(SHEET_LINES),
            known,
            hurries: false,
            mood,
        }
    }

    /// The visits of a day at a pace.
    pub fn paced_day(
        &mut self,
        day: NaiveDate,
        hours: Hours,
        pace: Pace,
        number: usize,
        chance: &mut Chance,
    ) -> Vec<Planned> {
        let visits = pace.visits;
        let mut deck = Deck::cut(number);
        let mut today = self.take_due(day, hours, pace.known);
        let new = visits.saturating_sub(today.len()).min(self.ahead.len());
        today.extend(self.ahead.drain(..new));
        let share_ms =
            (hours.to_ms - hours.from_ms) / i64::try_from(today.len().max(1)).unwrap_or(1);
        let mut planned = Vec::new();
        for (place, trader) in today.iter_mut().enumerate() {
            let begin_ms = hours.from_ms + share_ms * i64::try_from(place).unwrap_or(0);
            let mut visit = trader.visit(day, pace.mood, chance, &mut deck);
            visit["as"] = self.person.as_str().into();
            planned.push(Planned {
                at_ms: begin_ms + chance.between(share_ms / 10, share_ms * 8 / 10),
                tablet: self.tablet,
                visit,
            });
        }
        self.known.extend(today);
        if pace.hurries {
            hurry(&mut planned);
        }
        planned
    }

    /// Somebody who was found on the way is met before all others.
    pub fn meet_next(&mut self, id: &str, goods: &str, chance: &mut Chance) {
        self.ahead
            .push_front(Trader::new(id, goods, Ways::SADEWA, chance));
    }

    /// Known traders who are due, at most so many: whom a day was promised first, then who has waited longest.
    fn take_due(&mut self, day: NaiveDate, hours: Hours, most: usize) -> Vec<Trader> {
        self.known
            .sort_by_key(|trader| (!trader.is_promised(), trader.due));
        let mut due = Vec::new();
        self.known.retain(|trader| {
            let minute = trader.minute.filter(|_| trader.due == Some(day));
            let is_time = minute.is_none_or(|at| hours.midnight_ms + at * MINUTE_MS <= hours.to_ms);
            let is_due = is_time && trader.is_due(day);
            let taken = is_due && due.len() < most;
            if taken {
                due.push(trader.clone());
            }
            !taken
        });
        due
    }
}

/// Three visits in the middle of the day follow one another within seconds.
fn hurry(planned: &mut [Planned]) {
    let middle = planned.len() / 2;
    let Some(begin_ms) = planned.get(middle).map(|one| one.at_ms) else {
        return;
    };
    for (late, one) in planned.iter_mut().skip(middle).take(3).enumerate() {
        one.at_ms = begin_ms + HURRY_MS * i64::try_from(late).unwrap_or(0);
    }
}

/// Shares the blocks of a market out among its walkers, in the order of the stalls. `traders`: id, stall, goods.
pub fn share_out(
    walkers: &mut [&mut Walker],
    traders: &[(String, String, String)],
    ways: Ways,
    chance: &mut Chance,
) {
    let mut blocks: Vec<&str> = Vec::new();
    for (id, stall, goods) in traders {
        let Some(block) = block_of(stall) else {
            continue;
        };
        let at = blocks.iter().position(|known| *known == block);
        let at = at.unwrap_or_else(|| {
            blocks.push(block);
            blocks.len() - 1
        });
        let owner = at % walkers.len().max(1);
        if let Some(walker) = walkers.get_mut(owner) {
            if !walker.blocks.iter().any(|known| known == block) {
                walker.blocks.push(block.to_owned());
            }
            walker.ahead.push_back(Trader::new(id, goods, ways, chance));
        }
    }
}

/// Gives those without a stall number, who sit where there is room, to the walkers of a market in turn: last on their way.
pub fn share_out_unnumbered(
    walkers: &mut [&mut Walker],
    traders: &[(String, String, String)],
    ways: Ways,
    chance: &mut Chance,
) {
    let unnumbered = traders
        .iter()
        .filter(|(_, stall, _)| block_of(stall).is_none());
    let count = walkers.len().max(1);
    for (at, (id, _, goods)) in unnumbered.enumerate() {
        if let Some(walker) = walkers.get_mut(at % count) {
            walker.ahead.push_back(Trader::new(id, goods, ways, chance));
        }
    }
}

/// `A` of `Blok A No. 3`, `A-3`, `A003` and `A 3`.
pub fn block_of(stall: &str) -> Option<&str> {
    let place = stall.strip_prefix("Blok ").unwrap_or(stall);
    let end = place
        .find(|c: char| !c.is_ascii_uppercase())
        .unwrap_or(place.len());
    place.get(..end).filter(|block| !block.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOURS: Hours = Hours {
        midnight_ms: 0,
        from_ms: 0,
        to_ms: 6 * 3_600_000,
    };

    fn market(stalls: usize) -> Vec<(String, String, String)> {
        let stall = |n: usize| format!("{}-{}", char::from(b'A' + (n / 10) as u8), n % 10 + 1);
        (0..stalls)
            .map(|n| (n.to_string(), stall(n), "Terasi".to_owned()))
            .collect()
    }

    #[test]
    fn blocks_are_found_in_every_way_of_numbering() {
        for (stall, block) in [
            ("Blok C No. 7", Some("C")),
            ("AB-12", Some("AB")),
            ("C007", Some("C")),
            ("", None),
        ] {
            assert_eq!(block_of(stall), block, "{stall}");
        }
    }

    #[test]
    fn nobody_walks_in_anothers_block_and_the_day_is_in_order() {
        let (mut one, mut two) = (Walker::new(0, "a"), Walker::new(1, "b"));
        let mut chance = Chance::new(5);
        share_out(
            &mut [&mut one, &mut two],
            &market(40),
            Ways::DEMO,
            &mut chance,
        );
        assert_eq!(
            (one.blocks.concat(), two.blocks.concat()),
            ("AC".into(), "BD".into())
        );
        let day: NaiveDate = "2019-08-01".parse().unwrap();
        let planned = one.day(day, HOURS, 12, 0, false, &mut chance);
        assert_eq!(planned.len(), 12);
        assert!(planned.is_sorted_by_key(|one| one.at_ms));
        assert!(planned.iter().all(|one| one.at_ms < HOURS.to_ms));
        let next = one.day(day.succ_opt().unwrap(), HOURS, 12, 0, false, &mut chance);
        let met: Vec<&Value> = planned.iter().map(|one| &one.visit["trader"]).collect();
        assert!(
            next.iter()
                .filter(|one| met.contains(&&one.visit["trader"]))
                .count()
                <= KNOWN_MAX
        );
    }

    #[test]
    fn a_hurried_day_has_visits_within_seconds() {
        let mut one = Walker::new(0, "a");
        let mut chance = Chance::new(5);
        share_out(&mut [&mut one], &market(40), Ways::DEMO, &mut chance);
        let planned = one.day(
            "2019-08-01".parse().unwrap(),
            HOURS,
            12,
            0,
            true,
            &mut chance,
        );
        let gaps = planned.windows(2).map(|pair| pair[1].at_ms - pair[0].at_ms);
        assert_eq!(gaps.filter(|gap| *gap == HURRY_MS).count(), 2);
    }
}
