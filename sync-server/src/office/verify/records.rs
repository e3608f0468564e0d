//! The records: each has to be what the accepted changes give, and the sums have to be those of the records.

use super::beside::beside;
use super::changes::Checked;
use super::{FINDINGS_MAX, Finding};
use crate::store::sqlite::{SqliteStore, StoreError};
use grebeg_core::digest::{self, Sum};
use grebeg_core::dump;
use grebeg_core::register::{RecordKey, Registers};
use grebeg_core::sync::accept::readers_of;
use grebeg_core::wire::json::to_hex;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

pub struct State {
    pub findings: Vec<Finding>,
    pub digest: String,
}

pub fn check(store: &mut SqliteStore<'_>, checked: Checked) -> Result<State, StoreError> {
    let mut replayed = checked.records;
    let mut findings: Vec<Finding> = Vec::new();
    let mut sums: BTreeMap<(String, u8), Sum> = BTreeMap::new();
    let (read, dumped) = beside(dumped, |dumping| -> Result<(), StoreError> {
        store.each_record(|key, stored| {
            let home = (stored.home, readers_of(&key.kind));
            let sum = digest::of_record(&key, &stored.registers);
            sums.entry(home).or_default().add(sum);
            let expected = replayed.remove(&key).unwrap_or_default();
            if expected != stored.registers && findings.len() < FINDINGS_MAX {
                findings.push(differs(&key, &expected, &stored.registers));
            }
            dumping.give((key, stored.registers));
        })
    });
    read?;
    let digest = dumped.ok_or_else(|| StoreError::Damaged("hashing broke off".to_owned()))?;
    for (key, registers) in replayed.iter().take(FINDINGS_MAX) {
        findings.push(differs(key, registers, &Registers::default()));
    }
    for (home, kept) in store.all_digests()? {
        let counted = sums.remove(&home).unwrap_or_default();
        if counted != kept {
            findings.push(digest_wrong(&home.0));
        }
    }
    let untold = sums.iter().filter(|(_, sum)| **sum != Sum::default());
    findings.extend(untold.map(|((home, _), _)| digest_wrong(home)));
    Ok(State { findings, digest })
}

/// The fingerprint of the canonical state, over records in their order.
fn dumped(records: &mut dyn Iterator<Item = (RecordKey, Registers)>) -> String {
    let mut hash = Sha256::new();
    for (key, registers) in records {
        hash.update(dump::line(&key, &registers).as_bytes());
        hash.update(b"\n");
    }
    to_hex(&hash.finalize())
}

/// Names the earliest place at which the two differ; never a value.
fn differs(key: &RecordKey, expected: &Registers, found: &Registers) -> Finding {
    let fields = expected.0.keys().chain(found.0.keys());
    let odd = fields.filter(|field| expected.0.get(*field) != found.0.get(*field));
    let place = |field: &String| {
        let of = |r: &Registers| r.0.get(field).map_or(u64::MAX, |r| r.seq);
        // Of a write that is missing on one side, its own place, not that of the older write that stands there instead.
        let known = [expected, found]
            .into_iter()
            .filter(|r| r.0.contains_key(field));
        known.map(of).max().unwrap_or(u64::MAX)
    };
    let first = odd.map(|field| (place(field), field)).min();
    let (seq, field) = first.map_or((None, ""), |(seq, field)| (Some(seq), field.as_str()));
    let message = format!(
        "{} {}: {field:?} is not what the changes say",
        key.kind, key.id
    );
    Finding {
        seq,
        ..Finding::new("record_altered", message)
    }
}

fn digest_wrong(home: &str) -> Finding {
    Finding::new(
        "digest_wrong",
        format!("the sum of {home:?} is not that of its records"),
    )
}
