//! The book beside the office, to the last visit: what was lost, what was doubled, and where they disagree otherwise.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::book::{Book, Fate, Visit};
use super::city::City;
use super::kept::{Kept, KeptVisit};
use super::stages::{self, STAGES};

/// Disagreements that are printed; the others are only counted.
const PRINTED_MAX: usize = 12;

/// How it ended.
#[derive(Debug, Default)]
pub struct Verdict {
    /// Visits that people made, without those that they undid.
    visits: usize,
    counted: u64,
    waiting: u64,
    held_back: u64,
    set_aside: u64,
    lost: usize,
    doubled: usize,
    differences: Vec<String>,
    /// Longest difference between when a visit was made and what the office has, in milliseconds.
    off_ms: i64,
    lines: Vec<String>,
}

/// Who made which visit when, as far as it never changes: day, market, canvasser, trader.
type Key<'a> = (NaiveDate, &'a str, &'a str, &'a str);

/// Counts in the order counted, held back, set aside.
type Tally = [u64; 3];

impl Verdict {
    pub fn agrees(&self) -> bool {
        self.lost == 0 && self.doubled == 0 && self.differences.is_empty()
    }

    /// Adds a city. `out_of_step`: tablets that do not hold what the office holds.
    pub fn add(&mut self, city: &City, kept: &Kept, out_of_step: &[String]) {
        let book = &city.book;
        let number = |field: &str| kept.totals[field].as_u64().unwrap_or(0);
        self.visits += book.visits.len() - book.count(Fate::Undone);
        self.counted += number("counted");
        self.held_back += number("held_back");
        self.set_aside += number("set_aside");
        self.waiting += kept.waiting;
        let mut differ = |what: String| self.differences.push(format!("{}: {what}", city.name));
        for label in out_of_step {
            differ(format!(
                "tablet {label} does not hold what the office holds"
            ));
        }
        if kept.waiting > 0 {
            differ(format!(
                "{} visits wait on tablets that have sent everything",
                kept.waiting
            ));
        }
        let believed = number("waiting");
        if believed != 0 {
            differ(format!("the office believes that {believed} visits wait"));
        }
        for (what, told, has) in [
            ("visits sent back", book.returned, kept.returned),
            ("corrections", book.corrected, kept.answered),
        ] {
            if told != has {
                differ(format!("{what}: {told} in the book, {has} at the office"));
            }
        }
        self.tallies(city, kept);
        self.steps(city, kept);
        let missing = self.visits(city, kept);
        // What waits is not lost yet.
        self.lost += missing.saturating_sub(kept.waiting as usize);
        self.write_down(city, kept);
    }

    fn differ(&mut self, city: &City, what: String) {
        self.differences.push(format!("{}: {what}", city.name));
    }

    /// Totals by market, canvasser and day, and the funnel.
    fn tallies(&mut self, city: &City, kept: &Kept) {
        let book = &city.book;
        let mut pairs: Vec<(String, Tally, Tally)> = Vec::new();
        let all = tally(book.visits.iter());
        pairs.push(("all".to_owned(), all, of(&kept.totals)));
        let by = |name: fn(&Visit) -> String| {
            let mut parts: BTreeMap<String, Vec<&Visit>> = BTreeMap::new();
            for visit in &book.visits {
                parts.entry(name(visit)).or_default().push(visit);
            }
            parts
        };
        let codes = &kept.totals["by_canvasser"];
        let codes: BTreeMap<&str, &Value> = codes
            .as_object()
            .into_iter()
            .flatten()
            .map(|(id, tally)| (city.code(id), tally))
            .collect();
        let mut add = |told: BTreeMap<String, Vec<&Visit>>, has: BTreeMap<String, Tally>| {
            let names: BTreeSet<&String> = told.keys().chain(has.keys()).collect();
            for name in names {
                let visits = told.get(name).into_iter().flatten().copied();
                let has = has.get(name).copied().unwrap_or_default();
                pairs.push((name.clone(), tally(visits), has));
            }
        };
        let markets = kept.totals["by_market"].as_object().into_iter().flatten();
        add(
            by(|visit| visit.market.clone()),
            markets.map(|(name, has)| (name.clone(), of(has))).collect(),
        );
        add(
            by(|visit| visit.canvasser.clone()),
            codes
                .iter()
                .map(|(code, has)| ((*code).to_owned(), of(has)))
                .collect(),
        );
        let days = kept.by_day.iter();
        add(
            by(|visit| visit.day.to_string()),
            days.map(|(day, has)| (day.to_string(), of(has))).collect(),
        );
        for (name, told, has) in pairs {
            if told != has {
                let words = format!(
                    "{name}: {} in the book, {} at the office",
                    shown(told),
                    shown(has)
                );
                self.differ(city, words);
            }
        }
        for (stage, told) in STAGES.iter().zip(stages::reached(book)) {
            let has = &kept.totals["funnel"][stage];
            if has.as_u64() != Some(told as u64) {
                self.differ(
                    city,
                    format!("{stage}: {told} in the book, {has} at the office"),
                );
            }
        }
    }

    fn steps(&mut self, city: &City, kept: &Kept) {
        let told: BTreeSet<(String, String)> = city
            .book
            .standing()
            .flat_map(|visit| {
                let steps = visit.steps.iter();
                steps.map(|step| (visit.trader.clone(), step.clone()))
            })
            .collect();
        for (trader, step) in told.symmetric_difference(&kept.steps) {
            let place = match told.contains(&(trader.clone(), step.clone())) {
                true => "only in the book",
                false => "only at the office",
            };
            self.differ(city, format!("{step} of {trader} is {place}"));
        }
    }

    /// Visit by visit. Gives how many of the book's are not at the office.
    fn visits(&mut self, city: &City, kept: &Kept) -> usize {
        let mut missing = 0;
        let mut pairs: BTreeMap<Key<'_>, (Vec<&Visit>, Vec<&KeptVisit>)> = BTreeMap::new();
        let told = city
            .book
            .visits
            .iter()
            .filter(|visit| visit.fate != Fate::Held);
        for visit in told {
            let key = (
                visit.day,
                visit.market.as_str(),
                visit.canvasser.as_str(),
                visit.trader.as_str(),
            );
            pairs.entry(key).or_default().0.push(visit);
        }
        for visit in &kept.visits {
            let key = (
                visit.day,
                visit.market.as_str(),
                visit.canvasser.as_str(),
                visit.trader.as_str(),
            );
            pairs.entry(key).or_default().1.push(visit);
        }
        for ((day, market, canvasser, trader), (mut told, mut has)) in pairs {
            told.sort_by_key(|visit| visit.at_ms);
            has.sort_by_key(|visit| visit.at_ms);
            let name = format!("{canvasser} at {trader}, {market}, {day}");
            if told.len() > has.len() {
                missing += told.len() - has.len();
                self.differ(city, format!("not at the office: {name}"));
            }
            if has.len() > told.len() {
                self.doubled += has.len() - told.len();
                self.differ(city, format!("not in the book: {name}"));
            }
            for (told, has) in told.iter().zip(has) {
                let outcome = match told.fate {
                    Fate::Undone => "batal",
                    _ => told.outcome.as_str(),
                };
                if outcome != has.outcome || told.note != has.note {
                    let words = format!(
                        "{outcome} {:?} in the book, {} {:?} at the office",
                        told.note.as_deref().unwrap_or_default(),
                        has.outcome,
                        has.note.as_deref().unwrap_or_default(),
                    );
                    self.differ(city, format!("{name}: {words}"));
                }
                let off_ms = told.at_ms.abs_diff(has.at_ms);
                self.off_ms = self.off_ms.max(i64::try_from(off_ms).unwrap_or(i64::MAX));
            }
        }
        missing
    }

    /// What the office holds, without what differs between two runs: drawn ids, and times beyond the day.
    fn write_down(&mut self, city: &City, kept: &Kept) {
        let name = &city.name;
        for visit in &kept.visits {
            let KeptVisit {
                day,
                market,
                canvasser,
                trader,
                outcome,
                note,
                ..
            } = visit;
            let note = note.as_deref().unwrap_or("-");
            self.lines.push(format!(
                "{name} visit {day} {market} {canvasser} {trader} {outcome} {note}"
            ));
        }
        let steps = kept.steps.iter();
        let steps = steps.map(|(trader, step)| format!("{name} step {trader} {step}"));
        self.lines.extend(steps);
        for part in [
            "recorded",
            "counted",
            "waiting",
            "held_back",
            "set_aside",
            "funnel",
            "by_market",
        ] {
            let line = format!("{name} {part} {}", kept.totals[part]);
            self.lines.push(line);
        }
        let returns = format!("{name} returns {} {}", kept.returned, kept.answered);
        self.lines.push(returns);
    }

    /// The disagreements in words, and how far clocks were off.
    pub fn print(&self, city_count: usize) {
        println!(
            "{} visits of {city_count} cities compared; {} were undone by those who made them",
            self.visits, self.set_aside
        );
        println!(
            "the office has each of them within {} s of when it was made",
            self.off_ms / 1_000
        );
        for line in self.differences.iter().take(PRINTED_MAX) {
            println!("  {line}");
        }
        match self.differences.len() {
            0 => println!("book and office agree to the last visit"),
            count => println!("book and office disagree in {count} places"),
        }
    }

    /// The last line that a campaign prints.
    pub fn last_line(&self, seed: u64) -> String {
        let mut lines = self.lines.clone();
        lines.sort_unstable();
        let hash = Sha256::digest(lines.join("\n").as_bytes());
        let hash: String = hash
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let Self {
            visits,
            counted,
            waiting,
            held_back,
            lost,
            doubled,
            ..
        } = self;
        format!(
            "campaign: seed {seed} visits {visits} counted {counted} waiting {waiting} held_back {held_back} \
             lost {lost} doubled {doubled} state {hash}"
        )
    }
}

fn tally<'a>(visits: impl Iterator<Item = &'a Visit>) -> Tally {
    let mut tally = [0; 3];
    for visit in visits {
        match visit.fate {
            Fate::Stands => tally[0] += 1,
            Fate::Held => tally[1] += 1,
            Fate::Undone => tally[2] += 1,
        }
    }
    tally
}

fn of(totals: &Value) -> Tally {
    ["counted", "held_back", "set_aside"].map(|field| totals[field].as_u64().unwrap_or(0))
}

fn shown([counted, held_back, set_aside]: Tally) -> String {
    format!("{counted} counted, {held_back} held back, {set_aside} set aside")
}

/// The days of the book, for which the office is asked.
pub fn days(book: &Book) -> BTreeSet<NaiveDate> {
    book.visits.iter().map(|visit| visit.day).collect()
}
