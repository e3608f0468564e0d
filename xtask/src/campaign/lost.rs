//! One tablet is left in a minibus with a day's work on it: stopped, replaced, found again, and handed in.

use grebeg_core::definition::Definition;

use crate::field::chance::Chance;
use crate::field::days::at_ms;
use crate::field::team::{self, Tablet};
use crate::run::RunError;

use super::book::Fate;
use super::calendar;
use super::city::{self, City};

/// See the module.
#[derive(Debug, Clone)]
pub struct Lost {
    /// The day on which it is lost, counted from 0.
    day: u64,
    /// Which of the tablets.
    pub tablet: usize,
    /// It, once another has taken its place.
    old: Option<Tablet>,
}

impl Lost {
    /// Where there are days enough to find it again.
    pub fn choose(chance: &mut Chance, days: u64, tablets: &[Tablet]) -> Option<Self> {
        // The first two are those that one looks at afterwards.
        let others = (tablets.len() as u64)
            .checked_sub(2)
            .filter(|left| *left > 0)?;
        let tablet = usize::try_from(2 + chance.below(others)).ok()?;
        (days > 2).then_some(Self {
            day: (days / 2).max(1),
            tablet,
            old: None,
        })
    }

    /// The line is good on the evening before, so that it holds one day's work.
    pub fn is_eve(&self, number: u64) -> bool {
        number + 1 == self.day
    }

    pub fn is_day(&self, number: u64) -> bool {
        number == self.day
    }

    fn is_day_after(&self, number: u64) -> bool {
        number == self.day + 1
    }
}

/// What happens that evening: the tablet is stopped, or the next day found again.
pub fn evening(city: &mut City, number: u64, url: &str) -> Result<(), RunError> {
    let Some(lost) = city.lost.clone() else {
        return Ok(());
    };
    if lost.is_day(number) {
        stop_and_replace(city, &lost, url)?;
    }
    match (lost.is_day_after(number), &lost.old) {
        (true, Some(old)) => hand_in(city, old),
        _ => Ok(()),
    }
}

fn stop_and_replace(city: &mut City, lost: &Lost, url: &str) -> Result<(), RunError> {
    let Some(tablet) = city.tablets.get_mut(lost.tablet) else {
        return Ok(());
    };
    let why = "tertinggal di angkot";
    let programs = &city.programs;
    programs
        .office(&["device", "revoke", &tablet.device, "--why", why])
        .quiet_json()?;
    let home = programs
        .folder()
        .join(format!("tablet-{}-2", tablet.label.to_lowercase()));
    let mut spare = Tablet {
        clock: Some(city::own_clock(programs, &home)?),
        home,
        ..tablet.clone()
    };
    team::enrol_one(programs, url, &mut spare, false)?;
    println!("  {} lost the tablet, and has another", tablet.label);
    let old = std::mem::replace(tablet, spare);
    if let Some(lost) = &mut city.lost {
        lost.old = Some(old);
    }
    Ok(())
}

/// It hands in what it held; a lead takes all but the last visit, about which nobody has decided yet.
fn hand_in(city: &mut City, old: &Tablet) -> Result<(), RunError> {
    let programs = &city.programs;
    programs
        .office(&["device", "rescue", &old.device])
        .quiet_json()?;
    if let Some(clock) = &old.clock {
        clock.turn_as(programs.clock())?;
    }
    match programs.on(old, &["sync"]).quiet_json() {
        // It hands in what it holds, and hears in the same moment that it was stopped.
        Err(RunError::Refused { .. }) | Ok(_) => {}
        Err(other) => return Err(other),
    }
    let list = programs.office(&["held", "list"]).quiet_json()?;
    let mut held: Vec<(i64, &str)> = list
        .as_array()
        .into_iter()
        .flatten()
        .filter(|row| row["device_id"] == old.device.as_str())
        .filter_map(|row| Some((row["n"].as_i64()?, row["id"].as_str()?)))
        .collect();
    held.sort_unstable();
    let count = held.len();
    held.pop();
    for (_, id) in held {
        programs.office(&["held", "accept", id]).quiet_json()?;
    }
    println!("  {}'s tablet was found with {count} visits", old.label);
    Ok(())
}

/// The book's part: the last visit of that day on that tablet stays undecided.
pub fn note(city: &mut City, number: u64, made: &[(usize, usize)]) {
    let Some(lost) = city.lost.as_ref().filter(|lost| lost.is_day(number)) else {
        return;
    };
    let there = made.iter().filter(|(tablet, _)| *tablet == lost.tablet);
    let visits = &mut city.book.visits;
    let last = there.map(|(_, place)| *place).max_by_key(|place| {
        let visit = visits.get(*place);
        visit.map_or(0, |visit| visit.at_ms)
    });
    if let Some(visit) = last.and_then(|place| visits.get_mut(place)) {
        visit.fate = Fate::Held;
    }
}

/// The hour at which the office hears of it.
pub fn hour(definition: &Definition, number: u64) -> i64 {
    at_ms(definition, calendar::field_day(number), (16, 0))
}
