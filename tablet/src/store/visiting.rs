//! What the visits of a trader mean for the next one: when it was seen last, whether it still is to be visited, and an
//! appointment that stands.

use super::facts::Whole;
use chrono::NaiveDate;
use grebeg_core::definition::Definition;
use grebeg_core::rules::facts::{Facts, VisitFact, counted_visits};
use uuid::Uuid;

/// The answer that gives an appointment's time, `HH:MM`, beside `follow_up_date`.
pub const APPOINTMENT_TIME: &str = "janji_jam";

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Visiting {
    pub last: Option<LastVisit>,
    /// Somebody met the trader once.
    pub met: bool,
    /// The last outcome ends the visiting.
    pub closed: bool,
    pub appointment: Option<Appointment>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastVisit {
    pub at_ms: i64,
    pub day: NaiveDate,
    pub author: Uuid,
    pub outcome: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appointment {
    pub date: NaiveDate,
    /// `HH:MM`; empty without a time.
    pub at: String,
    pub note: String,
}

/// From the visits that count; answers set on the trader itself are none.
pub fn of(definition: &Definition, whole: &Whole, facts: &Facts) -> Visiting {
    let visits: Vec<&VisitFact> = counted_visits(definition, &facts.visits)
        .into_iter()
        .filter(|visit| !visit.id.is_nil())
        .collect();
    let outcome = |visit: &VisitFact| definition.outcome(&visit.outcome);
    let met = |visit: &VisitFact| outcome(visit).is_some_and(|outcome| outcome.contact);
    let last = visits.last();
    Visiting {
        met: visits.iter().any(|visit| met(visit)),
        closed: last
            .and_then(|visit| outcome(visit))
            .is_some_and(|outcome| outcome.closes_visiting),
        last: last.map(|visit| LastVisit {
            at_ms: visit.at_ms,
            day: visit.day,
            author: visit.author,
            outcome: visit.outcome.clone(),
        }),
        appointment: appointment(whole, &visits, met),
    }
}

/// The latest date that a visit set, unless somebody met the trader after that or came on the day or later.
fn appointment(
    whole: &Whole,
    visits: &[&VisitFact],
    met: impl Fn(&VisitFact) -> bool,
) -> Option<Appointment> {
    let mut latest_day = None;
    for visit in visits.iter().rev() {
        let registers = whole
            .of_kind("visit")
            .find(|(id, _)| *id == visit.id)
            .map(|(_, registers)| registers)?;
        let date = registers
            .text("follow_up_date")
            .and_then(|date| date.parse::<NaiveDate>().ok());
        if let Some(date) = date {
            let kept = latest_day.is_some_and(|day| day >= date);
            let at = visit
                .answers
                .get(APPOINTMENT_TIME)
                .and_then(|at| at.as_str());
            return (!kept).then(|| Appointment {
                date,
                at: at.and_then(time_of_day).unwrap_or_default(),
                note: registers.text("note").unwrap_or_default().to_owned(),
            });
        }
        if met(visit) {
            return None;
        }
        latest_day = latest_day.max(Some(visit.day));
    }
    None
}

/// `9.30`, `09:30` as `09:30`; anything else gives nothing.
pub fn time_of_day(typed: &str) -> Option<String> {
    let (hours, minutes) = typed.trim().split_once([':', '.'])?;
    let (hours, minutes): (u8, u8) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours < 24 && minutes < 60).then(|| format!("{hours:02}:{minutes:02}"))
}

/// The label of a stall's block: `B`, with the floor before it where one is said; empty without a block.
pub fn block(stall: &str, typed_block: &str) -> String {
    let stall = grebeg_core::rules::stall::parse(stall);
    let block = if stall.block.is_empty() {
        typed_block.trim().to_uppercase()
    } else {
        stall.block.to_uppercase()
    };
    match (stall.floor.as_str(), block.is_empty()) {
        ("", _) | (_, true) => block,
        (floor, false) => format!("{} {block}", floor.to_uppercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_day_are_read_as_people_type_them() {
        for (typed, read) in [
            ("9.30", Some("09:30")),
            (" 13:05 ", Some("13:05")),
            ("24:00", None),
            ("siang", None),
            ("9", None),
        ] {
            assert_eq!(time_of_day(typed).as_deref(), read, "{typed}");
        }
    }

    #[test]
    fn a_block_is_named_as_on_the_plan() {
        for (stall, typed, label) in [
            ("Blok B 07", "", "B"),
            ("b-12", "", "B"),
            ("12", "c", "C"),
            ("dekat mushola", "", ""),
        ] {
            assert_eq!(block(stall, typed), label, "{stall}");
        }
    }
}
