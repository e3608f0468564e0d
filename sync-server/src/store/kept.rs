//! What a transaction of the writer has read already, so that it is not read again for each change of each request.
//!
//! Judging and carrying in one visit asks for the same few rows dozens of times: the head, the author, the trader, the sums of a
//! home. Here they are asked for once a transaction. Writes go through to the store at once, except those of the head and of the
//! sums, which every change makes: they wait for [`Kept::settle`], which the writer calls before anybody else looks and before
//! the commit. Nothing of it outlives its transaction, because other processes write too.

use super::sqlite::{SqliteStore, StoreError};
use grebeg_core::change::{ChangeName, Hash};
use grebeg_core::digest::Sum;
use grebeg_core::id::{DeviceId, PersonId};
use grebeg_core::register::RecordKey;
use grebeg_core::sync::store::{
    DeviceRow, Filed, Head, OpenConflict, PastEpoch, Sibling, Store, Stored,
};
use std::collections::HashMap;
use uuid::Uuid;

#[cfg(test)]
mod tests;

/// Rows that are kept at most; beyond that all are forgotten and read again.
const ROWS_MAX: usize = 4_096;

type Done<T> = Result<T, StoreError>;

/// The head and the sums, with what of them still has to be written.
#[derive(Debug, Clone, Default)]
pub struct Waiting {
    head: Option<(Head, bool)>,
    sums: HashMap<(String, u8), (Sum, bool)>,
}

/// Rows as the store has them, by what they were asked for.
#[derive(Default)]
struct Rows {
    past: Option<Vec<PastEpoch>>,
    records: HashMap<RecordKey, Option<Stored>>,
    devices: HashMap<DeviceId, Option<DeviceRow>>,
    high: HashMap<DeviceId, u64>,
    filed: HashMap<ChangeName, Vec<Filed>>,
    left: HashMap<(RecordKey, u64), Vec<String>>,
    markets: HashMap<(PersonId, u64), Vec<String>>,
    commit_ms: HashMap<u64, i64>,
    /// Nothing at all waits for a record, is in conflict, or was erased ahead: most campaigns, most of the time.
    nothing_waits: Option<bool>,
    no_conflict: Option<bool>,
    none_erased_ahead: Option<bool>,
}

impl Rows {
    /// As the store raises the last number of a device's chain.
    fn raise(&mut self, filed: &Filed) {
        let counts = filed.in_chain && i64::try_from(filed.name.n).is_ok();
        if let Some(high) = self.high.get_mut(&filed.name.device).filter(|_| counts) {
            *high = filed.name.n.max(*high);
        }
    }
}

/// A store within the writer's transaction that remembers what it was asked.
pub struct Kept<'c> {
    store: SqliteStore<'c>,
    waiting: Waiting,
    rows: Rows,
}

impl<'c> Kept<'c> {
    pub fn new(store: SqliteStore<'c>) -> Self {
        Self {
            store,
            waiting: Waiting::default(),
            rows: Rows::default(),
        }
    }

    /// The store itself, for its other books: tablets, reports, the log. They hold nothing of what is kept here.
    pub fn books(&mut self) -> &mut SqliteStore<'c> {
        &mut self.store
    }

    /// Writes what waits. What was read stays.
    pub fn settle(&mut self) -> Done<()> {
        if let Some((head, waits)) = &mut self.waiting.head
            && std::mem::take(waits)
        {
            self.store.set_head(head)?;
        }
        for ((home, readers), (sum, waits)) in &mut self.waiting.sums {
            if std::mem::take(waits) {
                self.store.set_digest(home, *readers, *sum)?;
            }
        }
        Ok(())
    }

    /// What waits now: to come back to when a job's writes are taken back.
    pub fn mark(&self) -> Waiting {
        self.waiting.clone()
    }

    /// As it was at the mark. What was read since may have been written by what is taken back.
    pub fn back_to(&mut self, mark: Waiting) {
        self.waiting = mark;
        self.rows = Rows::default();
    }
}

/// Looks it up, asks the store where it is not there yet.
fn kept<K: std::hash::Hash + Eq + Clone, V: Clone>(
    rows: &mut HashMap<K, V>,
    key: &K,
    ask: impl FnOnce() -> Done<V>,
) -> Done<V> {
    if let Some(value) = rows.get(key) {
        return Ok(value.clone());
    }
    let value = ask()?;
    if rows.len() >= ROWS_MAX {
        rows.clear();
    }
    rows.insert(key.clone(), value.clone());
    Ok(value)
}

fn kept_once<T: Clone>(row: &mut Option<T>, ask: impl FnOnce() -> Done<T>) -> Done<T> {
    if let Some(value) = row {
        return Ok(value.clone());
    }
    Ok(row.insert(ask()?).clone())
}

impl Store for Kept<'_> {
    type Error = StoreError;

    fn head(&mut self) -> Done<Head> {
        if let Some((head, _)) = self.waiting.head {
            return Ok(head);
        }
        let head = self.store.head()?;
        self.waiting.head = Some((head, false));
        Ok(head)
    }

    fn set_head(&mut self, head: &Head) -> Done<()> {
        self.waiting.head = Some((*head, true));
        Ok(())
    }

    fn past_epochs(&mut self) -> Done<Vec<PastEpoch>> {
        kept_once(&mut self.rows.past, || self.store.past_epochs())
    }

    fn record(&mut self, key: &RecordKey) -> Done<Option<Stored>> {
        kept(&mut self.rows.records, key, || self.store.record(key))
    }

    fn save_record(&mut self, key: &RecordKey, stored: &Stored) -> Done<u64> {
        self.rows.records.remove(key);
        let row = self.store.save_record(key, stored)?;
        let mut stored = stored.clone();
        stored.row = row;
        kept(&mut self.rows.records, key, || Ok(Some(stored)))?;
        Ok(row)
    }

    fn hanging_on(&mut self, owner: Uuid) -> Done<Vec<(RecordKey, Stored)>> {
        self.store.hanging_on(owner)
    }

    fn records_of_kind(&mut self, kind: &str) -> Done<Vec<(RecordKey, Stored)>> {
        self.store.records_of_kind(kind)
    }

    fn rows_after(
        &mut self,
        home: &str,
        kinds: &[&str],
        after: (u64, u64),
        limit: usize,
    ) -> Done<Vec<(RecordKey, Stored)>> {
        self.store.rows_after(home, kinds, after, limit)
    }

    fn add_left(&mut self, home: &str, key: &RecordKey, seq: u64) -> Done<()> {
        self.rows.left.clear();
        self.store.add_left(home, key, seq)
    }

    fn left_after(&mut self, home: &str, seq: u64) -> Done<Vec<RecordKey>> {
        self.store.left_after(home, seq)
    }

    fn homes_since(&mut self, key: &RecordKey, seq: u64) -> Done<Vec<String>> {
        let asked = (key.clone(), seq);
        let mut homes = kept(&mut self.rows.left, &asked, || {
            self.store.homes_left_since(key, seq)
        })?;
        homes.extend(self.record(key)?.map(|stored| stored.home));
        Ok(homes)
    }

    fn markets_since(&mut self, person: PersonId, seq: u64) -> Done<Vec<String>> {
        kept(&mut self.rows.markets, &(person, seq), || {
            self.store.markets_since(person, seq)
        })
    }

    fn set_markets(&mut self, person: PersonId, markets: &[String], seq: u64) -> Done<()> {
        self.rows.markets.clear();
        self.store.set_markets(person, markets, seq)
    }

    fn digest(&mut self, home: &str, readers: u8) -> Done<Sum> {
        let asked = (home.to_owned(), readers);
        if let Some((sum, _)) = self.waiting.sums.get(&asked) {
            return Ok(*sum);
        }
        let sum = self.store.digest(home, readers)?;
        self.waiting.sums.insert(asked, (sum, false));
        Ok(sum)
    }

    fn set_digest(&mut self, home: &str, readers: u8, sum: Sum) -> Done<()> {
        self.waiting
            .sums
            .insert((home.to_owned(), readers), (sum, true));
        Ok(())
    }

    fn filed(&mut self, name: ChangeName) -> Done<Vec<Filed>> {
        kept(&mut self.rows.filed, &name, || self.store.filed(name))
    }

    fn file(&mut self, filed: &Filed, at_ms: i64, by: Option<PersonId>, why: &str) -> Done<()> {
        let before = self.rows.filed.remove(&filed.name);
        self.store.file(filed, at_ms, by, why)?;
        self.rows.raise(filed);
        if before.is_some_and(|before| before.is_empty()) {
            let alone = Filed {
                touches: Vec::new(),
                ..filed.clone()
            };
            kept(&mut self.rows.filed, &filed.name, || Ok(vec![alone]))?;
        }
        Ok(())
    }

    fn refile_bytes(&mut self, name: ChangeName, hash: &Hash, bytes: &[u8]) -> Done<()> {
        self.rows.filed.remove(&name);
        self.store.refile_bytes(name, hash, bytes)
    }

    fn filed_with_content(&mut self, content_hash: &Hash, key: &RecordKey) -> Done<Vec<Filed>> {
        self.store.filed_with_content(content_hash, key)
    }

    fn changes_touching(&mut self, key: &RecordKey) -> Done<Vec<Filed>> {
        self.store.changes_touching(key)
    }

    fn high_n(&mut self, device: DeviceId) -> Done<u64> {
        kept(&mut self.rows.high, &device, || self.store.high_n(device))
    }

    fn commit_ms_at(&mut self, seq: u64) -> Done<i64> {
        // Changes come after the head: what is at or before it stays.
        if seq > self.head()?.seq {
            return self.store.commit_ms_at(seq);
        }
        kept(&mut self.rows.commit_ms, &seq, || {
            self.store.commit_ms_at(seq)
        })
    }

    fn settled_after(&mut self, enrolment: Uuid, seq: u64) -> Done<Vec<Filed>> {
        self.store.settled_after(enrolment, seq)
    }

    fn own_visits_elsewhere(
        &mut self,
        enrolment: Uuid,
        homes: &[String],
    ) -> Done<Vec<(RecordKey, Stored)>> {
        self.store.own_visits_elsewhere(enrolment, homes)
    }

    fn set_waits_for(&mut self, filed: &Filed, keys: &[RecordKey]) -> Done<()> {
        self.rows.nothing_waits = None;
        self.store.set_waits_for(filed, keys)
    }

    fn waiting_for(&mut self, key: &RecordKey) -> Done<Vec<Filed>> {
        if kept_once(&mut self.rows.nothing_waits, || self.store.nothing_waits())? {
            return Ok(Vec::new());
        }
        self.store.waiting_for(key)
    }

    fn creation_held(&mut self, key: &RecordKey) -> Done<bool> {
        self.store.creation_held(key)
    }

    fn siblings(&mut self, key: &RecordKey, field: &str) -> Done<Vec<Sibling>> {
        if kept_once(&mut self.rows.no_conflict, || self.store.no_conflict())? {
            return Ok(Vec::new());
        }
        self.store.siblings(key, field)
    }

    fn set_siblings(&mut self, key: &RecordKey, field: &str, siblings: &[Sibling]) -> Done<()> {
        self.rows.no_conflict = None;
        self.store.set_siblings(key, field, siblings)
    }

    fn conflicts_in(&mut self, homes: &[String]) -> Done<Vec<OpenConflict>> {
        self.store.conflicts_in(homes)
    }

    fn erased_ahead(&mut self, key: &RecordKey) -> Done<bool> {
        if kept_once(&mut self.rows.none_erased_ahead, || {
            self.store.none_erased_ahead()
        })? {
            return Ok(false);
        }
        self.store.erased_ahead(key)
    }

    fn erase_ahead(&mut self, key: &RecordKey) -> Done<()> {
        self.rows.none_erased_ahead = None;
        self.store.erase_ahead(key)
    }

    fn device(&mut self, device: DeviceId) -> Done<Option<DeviceRow>> {
        kept(&mut self.rows.devices, &device, || {
            self.store.device(device)
        })
    }

    fn devices_of(&mut self, enrolment: Uuid) -> Done<Vec<DeviceRow>> {
        self.store.devices_of(enrolment)
    }

    fn add_device(&mut self, row: &DeviceRow) -> Done<()> {
        self.rows.devices.remove(&row.device);
        self.store.add_device(row)
    }
}
