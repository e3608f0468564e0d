//! `dump` and `digest`: the canonical state of this tablet's scope, its waiting changes included, held-back ones not.

use crate::error::Result;
use crate::store::own::{self, OwnState};
use crate::store::work::overlay;
use crate::store::{Store, record};
use grebeg_core::register::{RecordKey, Registers};
use grebeg_core::{dump, wire::json::to_hex};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DigestReply {
    pub digest: String,
    pub counts: BTreeMap<String, u64>,
}

/// Hands each line to `write`, in the order of kind and id, without line ends.
pub fn dump_lines(store: &Store, mut write: impl FnMut(&RecordKey, &str)) -> Result<()> {
    store.enrolment()?;
    let mut waiting: BTreeMap<RecordKey, Vec<own::OwnChange>> = BTreeMap::new();
    let mut mine = own::in_state(&store.conn, OwnState::Waiting)?;
    mine.extend(own::unconfirmed(&store.conn)?);
    mine.sort_by_key(|own| own.key);
    for own in mine {
        for key in own::touches(&own.change) {
            waiting.entry(key).or_default().push(own.clone());
        }
    }
    for (key, row) in record::all(&store.conn)? {
        let mut registers = row.confirmed.unwrap_or_default();
        for own in waiting.get(&key).into_iter().flatten() {
            overlay(&mut registers, &key, &own.change);
        }
        if registers == Registers::default() {
            continue;
        }
        write(&key, &dump::line(&key, &registers));
    }
    Ok(())
}

pub fn digest(store: &Store) -> Result<DigestReply> {
    let mut hash = Sha256::new();
    let mut counts = BTreeMap::new();
    dump_lines(store, |key, line| {
        hash.update(line.as_bytes());
        hash.update(b"\n");
        *counts.entry(key.kind.clone()).or_insert(0) += 1;
    })?;
    Ok(DigestReply {
        digest: to_hex(&hash.finalize()),
        counts,
    })
}
