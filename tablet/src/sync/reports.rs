//! What the tablet tells with each request about its working days: what it recorded and what still waits after this send.

use crate::error::Result;
use crate::store::own;
use crate::store::view::{self, Standing};
use grebeg_core::change::ChangeName;
use grebeg_core::definition::Definition;
use grebeg_core::sync::messages::{Report, ReportPart};
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// One report for each working day with own visits or a close. `sent`: names in this request, which no longer wait.
pub fn of(conn: &Connection, definition: &Definition, sent: &[ChangeName]) -> Result<Vec<Report>> {
    let mut going = BTreeSet::new();
    for name in sent {
        if let Some(own) = own::find(conn, *name)? {
            going.extend(own.visit);
        }
    }
    let closed: BTreeSet<String> = own::days_closed(conn)?.into_iter().collect();
    let mut days: BTreeMap<String, Report> = BTreeMap::new();
    let mut parts: BTreeMap<(String, String, Uuid), u64> = BTreeMap::new();
    let empty = |date: &String| Report {
        date: date.clone(),
        ..Report::default()
    };
    for date in &closed {
        days.insert(date.clone(), empty(date));
    }
    for visit in view::booked(conn, definition)? {
        let (own, day) = (visit.own, visit.day);
        let report = days.entry(day.clone()).or_insert_with(|| empty(&day));
        report.recorded += 1;
        if visit.standing == Standing::Waiting && !going.contains(&own.visit) {
            report.waiting += 1;
            *parts.entry((day, own.market, own.author.0)).or_default() += 1;
        }
    }
    for (day, _, visits) in view::past(conn)? {
        days.entry(day.clone())
            .or_insert_with(|| empty(&day))
            .recorded += visits;
    }
    for ((day, market, author), waiting) in parts {
        if let Some(report) = days.get_mut(&day) {
            report.by.push(ReportPart {
                market,
                author: grebeg_core::id::PersonId(author),
                waiting,
            });
        }
    }
    for report in days.values_mut() {
        report.closed = closed.contains(&report.date);
    }
    Ok(days.into_values().collect())
}
