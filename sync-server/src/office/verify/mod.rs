//! Proves the store: the file, the chain of every tablet, the order, the records and the digests; and the head to print.
//!
//! A head printed in the evening is a promise: whoever cuts or rewrites the order later cannot arrive at it again.

mod beside;
mod changes;
mod records;
mod story;

use crate::office::error::OfficeError;
use crate::store::Directory;
use crate::store::sqlite::{SqliteDirectory, SqliteStore, StoreError, integrity, open_reader};
use grebeg_core::wire::json::to_hex;
use rusqlite::Connection;
use serde_json::{Value as Json, json};
use std::path::PathBuf;

/// Findings of one sort that are named; the first is the one that matters.
const FINDINGS_MAX: usize = 20;

/// One thing that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Stable name, snake_case.
    pub code: &'static str,
    pub message: String,
    /// Place in the order, where it has one.
    pub seq: Option<u64>,
    /// The change's device and number, where it is about one.
    pub change: Option<(String, u64)>,
}

impl Finding {
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            seq: None,
            change: None,
        }
    }

    fn at(mut self, seq: u64) -> Self {
        self.seq = Some(seq);
        self
    }

    fn about(mut self, device: impl ToString, n: u64) -> Self {
        self.change = Some((device.to_string(), n));
        self
    }

    pub fn to_json(&self) -> Json {
        json!({
            "code": self.code,
            "message": self.message,
            "seq": self.seq,
            "change": self.change.as_ref().map(|(device, n)| json!({ "device_id": device, "n": n })),
        })
    }
}

/// What was proven, and what was not.
#[derive(Debug, Default)]
pub struct Report {
    /// The first bad position first.
    pub findings: Vec<Finding>,
    /// `seq.hash`, a comma between campaigns.
    pub head: String,
    pub changes: u64,
    /// SHA-256 of the canonical state, as `digest` gives it; a comma between campaigns.
    pub digest: String,
}

impl Report {
    pub fn ok(&self) -> bool {
        self.findings.is_empty()
    }

    pub fn to_json(&self) -> Json {
        json!({
            "ok": self.ok(),
            "findings": self.findings.iter().map(Finding::to_json).collect::<Vec<_>>(),
            "head": self.head,
            "changes": self.changes,
            "digest": self.digest,
        })
    }
}

/// Verifies all campaigns of a store within the caller's read transaction.
///
/// `heads`: a head that `verify` printed before; it has to lie on the way to the present one.
pub fn verify(connection: &Connection, heads: Option<&str>) -> Result<Report, OfficeError> {
    // The file's own check needs no common moment with ours, so it runs beside it.
    let path = connection.path().map(PathBuf::from);
    std::thread::scope(|scope| {
        let file = scope.spawn(move || -> Result<Vec<String>, StoreError> {
            match path {
                Some(path) => integrity(&open_reader(&path)?, false),
                None => Ok(Vec::new()),
            }
        });
        let mut report = content(connection, heads)?;
        let broke_off = |_| Err(StoreError::Damaged("the file's check broke off".to_owned()));
        let damage = match file.join().unwrap_or_else(broke_off) {
            Ok(lines) => lines,
            Err(error) => vec![error.to_string()],
        };
        let damage = damage
            .into_iter()
            .map(|line| Finding::new("file_damaged", line));
        // What the changes say names a place; what the file says only that there is something.
        report.findings.extend(damage);
        Ok(report)
    })
}

fn content(connection: &Connection, heads: Option<&str>) -> Result<Report, OfficeError> {
    let mut report = Report::default();
    let mut wanted: Vec<&str> = heads.into_iter().flat_map(|h| h.split(',')).collect();
    let mut shown = Vec::new();
    let mut digests = Vec::new();
    // Of the whole file, so the same for every campaign.
    let mut gaps = Vec::new();
    for row in SqliteDirectory(connection).campaigns()? {
        let mut store = SqliteStore::new(connection, row.campaign);
        let checked = changes::check(&mut store, &wanted);
        let mut checked = match checked {
            Ok(checked) => checked,
            Err(error) => {
                let message = format!("the changes of {}: {error}", row.code);
                report.findings.push(Finding::new("unreadable", message));
                continue;
            }
        };
        wanted.retain(|head| !checked.heads_met.contains(&(*head).to_owned()));
        shown.push(format!("{}.{}", checked.seq, to_hex(&checked.head)));
        report.changes += checked.changes;
        let mut found = std::mem::take(&mut checked.findings);
        let settled = std::mem::take(&mut checked.settled);
        found.extend(story::events(&mut store, settled)?);
        found.extend(story::reports(&mut store)?);
        gaps = story::rows(&store)?;
        match records::check(&mut store, checked) {
            Ok(state) => {
                digests.push(state.digest);
                found.extend(state.findings);
            }
            Err(error) => {
                let message = format!("the records of {}: {error}", row.code);
                found.push(Finding::new("unreadable", message));
            }
        }
        found.sort_by_key(|f| f.seq.unwrap_or(u64::MAX));
        report.findings.extend(found);
    }
    report.findings.extend(gaps);
    report.head = shown.join(",");
    report.digest = digests.join(",");
    for head in wanted {
        report.findings.push(head_missing(head, &report.head));
    }
    Ok(report)
}

fn head_missing(wanted: &str, present: &str) -> Finding {
    let seq = |head: &str| head.split_once('.').and_then(|(seq, _)| seq.parse().ok());
    let ends: u64 = present.split(',').filter_map(seq).max().unwrap_or(0);
    match seq(wanted) {
        Some(was) if was > ends => Finding::new(
            "tail_cut",
            format!("the order ends at {ends}, and the given head stood at {was}"),
        )
        .at(ends + 1),
        _ => Finding::new(
            "head_not_met",
            format!("the order never had the head {wanted:?}: something before it was changed"),
        ),
    }
}
