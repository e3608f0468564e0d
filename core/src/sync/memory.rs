//! The store in memory: for simulation and tests, and the plainest statement of what a store has to do.

use super::messages::HeldReason;
use super::messages::State;
use super::store::{DeviceRow, Filed, Head, PastEpoch, Sibling, Store, Stored};
use crate::change::{ChangeName, Hash};
use crate::digest::Sum;
use crate::id::{CampaignId, DeviceId, PersonId};
use crate::register::RecordKey;
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use uuid::Uuid;

/// One change of state of a held change.
#[derive(Debug, Clone)]
pub struct Event {
    pub at_ms: i64,
    pub name: ChangeName,
    pub state: State,
    pub by: Option<PersonId>,
    pub why: String,
}

/// Everything of one campaign.
#[derive(Debug, Clone)]
pub struct Memory {
    pub head: Head,
    pub past: Vec<PastEpoch>,
    pub records: BTreeMap<RecordKey, Stored>,
    order: BTreeMap<(String, u64, u64), RecordKey>,
    left: Vec<(String, RecordKey, u64)>,
    /// Person: market, from, until.
    markets: BTreeMap<PersonId, Vec<(String, u64, Option<u64>)>>,
    digests: BTreeMap<(String, u8), Sum>,
    pub filed: BTreeMap<(ChangeName, Hash), Filed>,
    /// The order in which they were filed first.
    numbers: BTreeMap<(ChangeName, Hash), u64>,
    touches: BTreeMap<RecordKey, Vec<(ChangeName, Hash)>>,
    high: BTreeMap<DeviceId, u64>,
    commits: BTreeMap<u64, i64>,
    waits: BTreeMap<(ChangeName, Hash), Vec<RecordKey>>,
    siblings: BTreeMap<(RecordKey, String), Vec<Sibling>>,
    erased_ahead: BTreeSet<RecordKey>,
    devices: BTreeMap<DeviceId, DeviceRow>,
    pub events: Vec<Event>,
    rows: u64,
}

impl Memory {
    pub fn new(campaign: CampaignId, epoch: Uuid, server_device: DeviceId) -> Self {
        Self {
            head: Head {
                campaign,
                epoch,
                seq: 0,
                last_ms: 0,
                conflict_seq: 0,
                device: server_device,
            },
            past: Vec::new(),
            records: BTreeMap::new(),
            order: BTreeMap::new(),
            left: Vec::new(),
            markets: BTreeMap::new(),
            digests: BTreeMap::new(),
            filed: BTreeMap::new(),
            numbers: BTreeMap::new(),
            touches: BTreeMap::new(),
            high: BTreeMap::new(),
            commits: BTreeMap::new(),
            waits: BTreeMap::new(),
            siblings: BTreeMap::new(),
            erased_ahead: BTreeSet::new(),
            devices: BTreeMap::new(),
            events: Vec::new(),
            rows: 0,
        }
    }

    fn number(&self, filed: &Filed) -> u64 {
        let number = self.numbers.get(&(filed.name, filed.hash));
        number.copied().unwrap_or(u64::MAX)
    }

    fn read(&self, names: Option<&Vec<(ChangeName, Hash)>>) -> Vec<Filed> {
        names
            .into_iter()
            .flatten()
            .filter_map(|key| self.filed.get(key).cloned())
            .collect()
    }
}

type Done<T> = Result<T, Infallible>;

impl Store for Memory {
    type Error = Infallible;

    fn head(&mut self) -> Done<Head> {
        Ok(self.head)
    }

    fn set_head(&mut self, head: &Head) -> Done<()> {
        self.head = *head;
        Ok(())
    }

    fn past_epochs(&mut self) -> Done<Vec<PastEpoch>> {
        Ok(self.past.clone())
    }

    fn record(&mut self, key: &RecordKey) -> Done<Option<Stored>> {
        Ok(self.records.get(key).cloned())
    }

    fn save_record(&mut self, key: &RecordKey, stored: &Stored) -> Done<u64> {
        let mut stored = stored.clone();
        if let Some(old) = self.records.get(key) {
            self.order.remove(&(old.home.clone(), old.ord, old.row));
            stored.row = old.row;
        } else {
            self.rows += 1;
            stored.row = self.rows;
        }
        let row = stored.row;
        self.order
            .insert((stored.home.clone(), stored.ord, row), key.clone());
        self.records.insert(key.clone(), stored);
        Ok(row)
    }

    fn hanging_on(&mut self, trader: Uuid) -> Done<Vec<(RecordKey, Stored)>> {
        let hanging = self.records.iter().filter(|(_, s)| s.owner == Some(trader));
        Ok(hanging.map(|(k, s)| (k.clone(), s.clone())).collect())
    }

    fn records_of_kind(&mut self, kind: &str) -> Done<Vec<(RecordKey, Stored)>> {
        let of_kind = self.records.iter().filter(|(k, _)| k.kind == kind);
        Ok(of_kind.map(|(k, s)| (k.clone(), s.clone())).collect())
    }

    fn rows_after(
        &mut self,
        home: &str,
        kinds: &[&str],
        after: (u64, u64),
        limit: usize,
    ) -> Done<Vec<(RecordKey, Stored)>> {
        use std::ops::Bound::{Excluded, Included};
        let from = Excluded((home.to_owned(), after.0, after.1));
        let until = Included((home.to_owned(), u64::MAX, u64::MAX));
        let keys = self.order.range((from, until)).map(|(_, key)| key);
        let keys = keys
            .filter(|key| kinds.contains(&key.kind.as_str()))
            .take(limit);
        Ok(keys
            .filter_map(|key| Some((key.clone(), self.records.get(key)?.clone())))
            .collect())
    }

    fn add_left(&mut self, home: &str, key: &RecordKey, seq: u64) -> Done<()> {
        self.left.push((home.to_owned(), key.clone(), seq));
        Ok(())
    }

    fn left_after(&mut self, home: &str, seq: u64) -> Done<Vec<RecordKey>> {
        let left = self.left.iter().filter(|(h, _, s)| h == home && *s > seq);
        let mut left: Vec<(u64, &RecordKey)> = left.map(|(_, key, s)| (*s, key)).collect();
        left.sort();
        Ok(left.into_iter().map(|(_, key)| key.clone()).collect())
    }

    fn homes_since(&mut self, key: &RecordKey, seq: u64) -> Done<Vec<String>> {
        let left = self
            .left
            .iter()
            .filter(|(_, k, until)| k == key && *until > seq)
            .map(|(home, _, _)| home.clone());
        Ok(left
            .chain(self.records.get(key).map(|r| r.home.clone()))
            .collect())
    }

    fn markets_since(&mut self, person: PersonId, seq: u64) -> Done<Vec<String>> {
        let held = self.markets.get(&person).into_iter().flatten();
        Ok(held
            .filter(|(_, _, until)| until.is_none_or(|until| until > seq))
            .map(|(m, _, _)| m.clone())
            .collect())
    }

    fn set_markets(&mut self, person: PersonId, markets: &[String], seq: u64) -> Done<()> {
        let held = self.markets.entry(person).or_default();
        for (market, _, until) in held.iter_mut() {
            if until.is_none() && !markets.contains(market) {
                *until = Some(seq);
            }
        }
        for market in markets {
            if !held
                .iter()
                .any(|(m, _, until)| m == market && until.is_none())
            {
                held.push((market.clone(), seq, None));
            }
        }
        Ok(())
    }

    fn digest(&mut self, home: &str, readers: u8) -> Done<Sum> {
        Ok(self
            .digests
            .get(&(home.to_owned(), readers))
            .copied()
            .unwrap_or_default())
    }

    fn set_digest(&mut self, home: &str, readers: u8, sum: Sum) -> Done<()> {
        self.digests.insert((home.to_owned(), readers), sum);
        Ok(())
    }

    fn filed(&mut self, name: ChangeName) -> Done<Vec<Filed>> {
        let mut filed: Vec<Filed> = self
            .filed
            .range((name, [0; 32])..=(name, [255; 32]))
            .map(|(_, f)| f.clone())
            .collect();
        filed.sort_by_key(|f| (!f.in_chain, self.number(f)));
        Ok(filed)
    }

    fn file(&mut self, filed: &Filed, at_ms: i64, by: Option<PersonId>, why: &str) -> Done<()> {
        let key = (filed.name, filed.hash);
        let before = self.filed.get(&key).map(|f| f.state);
        if before != Some(filed.state) {
            self.events.push(Event {
                at_ms,
                name: filed.name,
                state: filed.state,
                by,
                why: why.to_owned(),
            });
        }
        if before.is_none() {
            self.numbers.insert(key, self.numbers.len() as u64);
            for touched in &filed.touches {
                self.touches.entry(touched.clone()).or_default().push(key);
            }
        }
        if filed.in_chain {
            let high = self.high.entry(filed.name.device).or_default();
            *high = (*high).max(filed.name.n);
        }
        if filed.seq > 0 {
            self.commits.insert(filed.seq, at_ms);
        }
        self.filed.insert(key, filed.clone());
        Ok(())
    }

    fn refile_bytes(&mut self, name: ChangeName, hash: &Hash, bytes: &[u8]) -> Done<()> {
        if let Some(filed) = self.filed.get_mut(&(name, *hash)) {
            filed.bytes = bytes.to_vec();
        }
        Ok(())
    }

    fn filed_with_content(&mut self, content_hash: &Hash, key: &RecordKey) -> Done<Vec<Filed>> {
        let mut filed = self.read(self.touches.get(key));
        filed.retain(|f| f.content_hash == *content_hash);
        Ok(filed)
    }

    fn changes_touching(&mut self, key: &RecordKey) -> Done<Vec<Filed>> {
        Ok(self.read(self.touches.get(key)))
    }

    fn high_n(&mut self, device: DeviceId) -> Done<u64> {
        Ok(self.high.get(&device).copied().unwrap_or(0))
    }

    fn commit_ms_at(&mut self, seq: u64) -> Done<i64> {
        Ok(self
            .commits
            .range(..=seq)
            .next_back()
            .map_or(0, |(_, ms)| *ms))
    }

    fn settled_after(&mut self, enrolment: Uuid, seq: u64) -> Done<Vec<Filed>> {
        let own: BTreeSet<DeviceId> = self
            .devices
            .values()
            .filter(|d| d.enrolment == enrolment)
            .map(|d| d.device)
            .collect();
        let settled = self
            .filed
            .values()
            .filter(|f| f.settled_seq > seq && own.contains(&f.name.device))
            .filter(|f| !f.reason.is_some_and(HeldReason::is_anothers));
        let mut settled: Vec<Filed> = settled.cloned().collect();
        settled.sort_by_key(|f| (f.settled_seq, self.number(f)));
        Ok(settled)
    }

    fn set_waits_for(&mut self, filed: &Filed, keys: &[RecordKey]) -> Done<()> {
        if keys.is_empty() {
            self.waits.remove(&(filed.name, filed.hash));
        } else {
            self.waits.insert((filed.name, filed.hash), keys.to_vec());
        }
        Ok(())
    }

    fn waiting_for(&mut self, key: &RecordKey) -> Done<Vec<Filed>> {
        let waiting = self.waits.iter().filter(|(_, keys)| keys.contains(key));
        let waiting = waiting.filter_map(|(name, _)| self.filed.get(name).cloned());
        let mut waiting: Vec<Filed> = waiting.collect();
        waiting.sort_by_key(|f| self.number(f));
        Ok(waiting)
    }

    fn creation_held(&mut self, key: &RecordKey) -> Done<bool> {
        let touching = self.read(self.touches.get(key));
        Ok(!self.records.contains_key(key)
            && touching
                .iter()
                .any(|f| f.in_chain && f.state == State::HeldBack))
    }

    fn siblings(&mut self, key: &RecordKey, field: &str) -> Done<Vec<Sibling>> {
        Ok(self
            .siblings
            .get(&(key.clone(), field.to_owned()))
            .cloned()
            .unwrap_or_default())
    }

    fn set_siblings(&mut self, key: &RecordKey, field: &str, siblings: &[Sibling]) -> Done<()> {
        let name = (key.clone(), field.to_owned());
        if siblings.is_empty() {
            self.siblings.remove(&name);
        } else {
            self.siblings.insert(name, siblings.to_vec());
        }
        Ok(())
    }

    fn conflicts_in(&mut self, homes: &[String]) -> Done<Vec<(RecordKey, String, Vec<Sibling>)>> {
        let here = self.siblings.iter().filter(|((key, _), _)| {
            self.records
                .get(key)
                .is_some_and(|stored| homes.contains(&stored.home))
        });
        Ok(here
            .map(|((key, field), list)| (key.clone(), field.clone(), list.clone()))
            .collect())
    }

    fn own_visits_elsewhere(
        &mut self,
        enrolment: Uuid,
        homes: &[String],
    ) -> Done<Vec<(RecordKey, Stored)>> {
        let own = |device| {
            let row: Option<&DeviceRow> = self.devices.get(device);
            row.is_some_and(|row| row.enrolment == enrolment)
        };
        let filed = self.filed.values();
        let filed = filed.filter(|f| f.state == State::Accepted && own(&f.name.device));
        let visits: BTreeSet<Uuid> = filed
            .filter_map(|f| f.visit.as_ref())
            .map(|v| v.visit)
            .collect();
        let keys = visits.into_iter().map(|id| RecordKey::new("visit", id));
        let stored = keys.filter_map(|key| Some((key.clone(), self.records.get(&key)?.clone())));
        Ok(stored.filter(|(_, s)| !homes.contains(&s.home)).collect())
    }

    fn erased_ahead(&mut self, key: &RecordKey) -> Done<bool> {
        Ok(self.erased_ahead.contains(key))
    }

    fn erase_ahead(&mut self, key: &RecordKey) -> Done<()> {
        self.erased_ahead.insert(key.clone());
        Ok(())
    }

    fn device(&mut self, device: DeviceId) -> Done<Option<DeviceRow>> {
        Ok(self.devices.get(&device).cloned())
    }

    fn devices_of(&mut self, enrolment: Uuid) -> Done<Vec<DeviceRow>> {
        Ok(self
            .devices
            .values()
            .filter(|d| d.enrolment == enrolment)
            .cloned()
            .collect())
    }

    fn add_device(&mut self, row: &DeviceRow) -> Done<()> {
        self.devices.insert(row.device, row.clone());
        Ok(())
    }
}
