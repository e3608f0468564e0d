//! What the office holds at the end, and what tablets still hold, in the words of the book.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate};
use serde_json::Value;

use crate::field::days::side_by_side;
use crate::run::RunError;

use super::book::working_day;
use super::city::City;

/// A visit as the office has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptVisit {
    pub at_ms: i64,
    pub day: NaiveDate,
    pub market: String,
    pub canvasser: String,
    pub trader: String,
    pub outcome: String,
    pub note: Option<String>,
}

/// See the module.
#[derive(Debug)]
pub struct Kept {
    pub visits: Vec<KeptVisit>,
    /// Steps that are done: trader and code.
    pub steps: BTreeSet<(String, String)>,
    pub returned: usize,
    pub answered: usize,
    /// The totals of the whole campaign.
    pub totals: Value,
    pub by_day: BTreeMap<NaiveDate, Value>,
    /// Visits that wait on tablets.
    pub waiting: u64,
}

impl Kept {
    /// Reads the office's records and totals, and each tablet's count. `days`: for which totals are asked.
    pub fn read(city: &City, days: &BTreeSet<NaiveDate>) -> Result<Self, RunError> {
        let programs = &city.programs;
        let rows = programs.office(&["dump"]).quiet_rows()?;
        let of = |kind: &'static str| rows.iter().filter(move |row| row["kind"] == kind);
        let days: Vec<NaiveDate> = days.iter().copied().collect();
        let totals = side_by_side(&days, |day| {
            let words = ["totals", "--date", &day.to_string()];
            programs.office(&words).quiet_json()
        })?;
        let waiting = side_by_side(&city.tablets, |tablet| {
            let status = programs.on(tablet, &["status"]).quiet_json()?;
            Ok(status["visits"]["waiting"].as_u64().unwrap_or(0))
        })?;
        let step = |row: &Value| {
            let code = row["code"].as_str()?.to_owned();
            (row["done"] == true).then(|| (named(city, row, "trader"), code))
        };
        Ok(Self {
            visits: of("visit").map(|row| visit(city, row)).collect(),
            steps: of("step").filter_map(step).collect(),
            returned: of("return").count(),
            answered: of("return").filter(|row| row["answered"] == true).count(),
            totals: programs.office(&["totals"]).quiet_json()?,
            by_day: days.into_iter().zip(totals).collect(),
            waiting: waiting.iter().sum(),
        })
    }
}

fn named(city: &City, row: &Value, field: &str) -> String {
    let id = row[field].as_str().unwrap_or_default();
    city.trader(id).to_owned()
}

fn visit(city: &City, row: &Value) -> KeptVisit {
    let text = |field: &str| row[field].as_str().unwrap_or_default().to_owned();
    let at = DateTime::parse_from_rfc3339(&text("at"));
    let at_ms = at.map_or(0, |at| at.timestamp_millis());
    KeptVisit {
        at_ms,
        day: working_day(&text("market"), at_ms),
        market: text("market"),
        canvasser: city.code(&text("author")).to_owned(),
        trader: named(city, row, "trader"),
        outcome: text("outcome"),
        note: row["note"].as_str().map(str::to_owned),
    }
}
