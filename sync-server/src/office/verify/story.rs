//! What stands beside the changes: the events of those that were held back, the tablets' reports, and that no row is gone.

use super::Finding;
use super::changes::Settled;
use crate::store::Registry;
use crate::store::sqlite::{SqliteStore, StoreError};
use chrono::NaiveDate;
use grebeg_core::sync::messages::State;
use grebeg_core::sync::store::Store;
use std::collections::{HashMap, HashSet};

/// Every held-back change has the events that led to its state, at times that fit, and nothing else has any.
pub fn events(
    store: &mut SqliteStore<'_>,
    mut settled: Settled,
) -> Result<Vec<Finding>, StoreError> {
    let end_ms = store.head()?.last_ms;
    let mut stories: HashMap<_, Vec<(i64, State)>> = HashMap::new();
    for event in store.events()? {
        let story = stories.entry((event.name, event.hash)).or_default();
        story.push((event.at_ms, event.state));
    }
    let mut findings = Vec::new();
    let mut odd = |name: grebeg_core::change::ChangeName, seq: u64, message: &str| {
        findings.push(Finding {
            seq: (seq > 0).then_some(seq),
            ..Finding::new("events_altered", message).about(name.device, name.n)
        });
    };
    for ((name, hash), story) in &stories {
        let Some(row) = settled.remove(&(*name, *hash)) else {
            odd(*name, 0, "it was never held back and has an event");
            continue;
        };
        let (Some(first), Some(last)) = (story.first(), story.last()) else {
            continue;
        };
        if first.0 != row.received_ms {
            odd(
                *name,
                row.seq,
                "it came at another time than its first event",
            );
        }
        if last.1 != row.state {
            odd(*name, row.seq, "its state is not that of its last event");
        }
        if row.seq > 0 && last.0 != row.commit_ms {
            odd(
                *name,
                row.seq,
                "it was accepted at another time than its event",
            );
        }
        if story.iter().any(|(at_ms, _)| *at_ms > end_ms) {
            odd(
                *name,
                row.seq,
                "an event of it is later than everything else",
            );
        }
    }
    for ((name, _), row) in &settled {
        odd(*name, row.seq, "it was held back and has no event");
    }
    Ok(findings)
}

/// Reports are of tablets that are known, of days, and in the order of their times.
pub fn reports(store: &mut SqliteStore<'_>) -> Result<Vec<Finding>, StoreError> {
    let end_ms = store.head()?.last_ms;
    let known: HashSet<_> = store.enrolments()?.iter().map(|e| e.enrolment).collect();
    let mut last_ms = i64::MIN;
    let mut findings = Vec::new();
    for report in store.reports_until(i64::MAX)? {
        let in_order = (last_ms..=end_ms).contains(&report.at_ms);
        let dated = NaiveDate::parse_from_str(&report.date, "%Y-%m-%d").is_ok();
        if !in_order || !dated || !known.contains(&report.enrolment) {
            let message = format!("a tablet's report of {} does not fit", report.date);
            findings.push(Finding::new("report_altered", message));
        }
        last_ms = report.at_ms.max(last_ms);
    }
    Ok(findings)
}

/// Tables from which nothing is ever deleted have all their rows.
pub fn rows(store: &SqliteStore<'_>) -> Result<Vec<Finding>, StoreError> {
    let gaps = store
        .gaps()?
        .into_iter()
        .filter(|(_, missing)| *missing > 0);
    let finding = |(table, missing): (String, u64)| {
        Finding::new(
            "rows_missing",
            format!("{missing} rows of {table} are gone"),
        )
    };
    Ok(gaps.map(finding).collect())
}
