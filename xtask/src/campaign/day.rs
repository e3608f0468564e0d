//! A day on a tablet: each act at its hour, by the tablet's own clock, without a network.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::field::calls::Programs;
use crate::field::clock::Wrong;
use crate::field::recorder::Recorder;
use crate::field::team::Tablet;
use crate::run::RunError;

use super::morning;

pub const MINUTE_MS: i64 = 60_000;
/// What newcomers sell.
pub const NEWCOMERS_GOODS: &str = "Kue basah";

/// Something that is done on a tablet.
#[derive(Debug)]
pub struct Act {
    pub at_ms: i64,
    pub what: What,
    /// The visit's place in the book.
    pub place: Option<usize>,
}

#[derive(Debug)]
pub enum What {
    /// As `tablet record` reads it.
    Visit(Value),
    /// The same, undone right afterwards.
    Mistake(Value),
    /// Somebody who is not in the register.
    Newcomer {
        stall: String,
        name: String,
        person: String,
    },
}

/// A tablet's day.
#[derive(Debug)]
pub struct Job {
    pub city: usize,
    /// Which of the city's tablets.
    pub number: usize,
    pub tablet: Tablet,
    pub programs: Programs,
    /// The clock in the morning, and from when on how it is after its battery went flat.
    pub wrong: Wrong,
    pub flat: Option<(i64, Wrong)>,
    pub acts: Vec<Act>,
    /// Visits that a lead has sent back, with their authors; empty where none is this tablet's.
    pub open: BTreeMap<String, String>,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Done {
    /// Ids of visits with their places in the book.
    pub ids: Vec<(String, Option<usize>)>,
    /// Ids and names of newcomers, and who found them.
    pub newcomers: Vec<(String, String, String)>,
    /// Visits that were corrected.
    pub corrected: Vec<String>,
}

/// Does a tablet's day, each act at its hour on the tablet's own clock, and without a network.
pub fn live(job: &Job) -> Result<Done, RunError> {
    let mut done = Done::default();
    let (programs, tablet) = (&job.programs, &job.tablet);
    let first = job.acts.first().map(|act| act.at_ms);
    set_clock(job, job.wrong);
    if !job.open.is_empty() {
        let before_ms = first.map(|first_ms| first_ms - 10 * MINUTE_MS);
        let at_ms = before_ms.unwrap_or_else(|| programs.clock().shown_ms());
        tablet.turn_to(programs, at_ms)?;
        done.corrected = morning::correct(programs, tablet, &job.open)?;
    }
    let mut recorder: Option<Recorder> = None;
    for act in &job.acts {
        programs.go_on()?;
        if let Some((_, wrong)) = job.flat.filter(|(from_ms, _)| act.at_ms >= *from_ms) {
            set_clock(job, wrong);
        }
        tablet.turn_to(programs, act.at_ms)?;
        match &act.what {
            What::Visit(visit) => {
                let open = match recorder.take() {
                    Some(open) => open,
                    None => Recorder::start(programs, tablet)?,
                };
                let id = recorder.insert(open).save(visit)?;
                done.ids.push((id, act.place));
            }
            What::Mistake(visit) => {
                // One program at a time has the tablet's store.
                let mut other = match recorder.take() {
                    Some(open) => open,
                    None => Recorder::start(programs, tablet)?,
                };
                let id = other.save(visit)?;
                drop(other);
                let person = visit["as"].as_str().unwrap_or_default();
                let words = ["undo", &id, "--as", person];
                programs.on(tablet, &words).quiet_json()?;
                done.ids.push((id, act.place));
            }
            What::Newcomer {
                stall,
                name,
                person,
            } => {
                drop(recorder.take());
                let words = [
                    "add-trader",
                    "--market",
                    &tablet.market,
                    "--stall",
                    stall,
                    "--name",
                    name,
                    "--commodity",
                    NEWCOMERS_GOODS,
                    "--new-anyway",
                    "--as",
                    person,
                ];
                let call = programs.on(tablet, &words);
                let answer = call.quiet_json()?;
                let id = answer["id"].as_str().ok_or_else(|| call.no_answer("id"))?;
                let named = (id.to_owned(), format!("{stall} {name}"), person.clone());
                done.newcomers.push(named);
            }
        }
    }
    Ok(done)
}

fn set_clock(job: &Job, wrong: Wrong) {
    if let Some(clock) = &job.tablet.clock {
        clock.set_wrong(wrong);
    }
}
