//! The server with its own small book of tablets, its backups, and what the office does.

use crate::chance::Chance;
use grebeg_core::change::{Change, Hash, Patch};
use grebeg_core::id::{CampaignId, DeviceId, PersonId};
use grebeg_core::kinds::{self, Personal, Roles};
use grebeg_core::merge::ERASED;
use grebeg_core::planted::{self, Bug};
use grebeg_core::register::{RecordKey, Registers};
use grebeg_core::stamp::Contact;
use grebeg_core::sync::acknowledge::begin;
use grebeg_core::sync::exchange::{self, Asked, Caller};
use grebeg_core::sync::memory::Memory;
use grebeg_core::sync::messages::{HeldReason, State};
use grebeg_core::sync::pull::Scope;
use grebeg_core::sync::settle::{self, office_change};
use grebeg_core::sync::store::{DeviceRow, Filed, Head, PastEpoch, Store, Stored};
use grebeg_core::value::Value;
use grebeg_core::wire::compact;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

pub const CAMPAIGN: CampaignId = CampaignId(Uuid::from_u128(1));
const ENOUGH_BACKUPS: usize = 4;

/// A tablet as the server's book knows it.
#[derive(Debug, Clone)]
pub struct Enrolled {
    pub people: Vec<PersonId>,
    pub contact: Option<Contact>,
    pub revoked: bool,
    pub rescue: bool,
}

/// Everything that a backup holds.
#[derive(Debug, Clone)]
struct Disk {
    store: Memory,
    tablets: BTreeMap<Uuid, Enrolled>,
}

/// Why no answer of sync came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    Malformed,
    UnknownDevice,
    Revoked,
}

/// Whether the machine fails while it works on a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    None,
    /// It is switched off before the transaction is on disk.
    BeforeCommit,
}

/// An answer with what it was made for, so that it can be judged.
#[derive(Debug, Clone)]
pub struct Answered {
    pub bytes: Vec<u8>,
    pub people: Vec<PersonId>,
    pub scope: Scope,
}

/// See the module.
#[derive(Debug)]
pub struct Office {
    disk: Disk,
    backups: Vec<Disk>,
    /// Kept beside the store for ever: people erased, tablets stopped.
    erased: Vec<Uuid>,
    /// What hung on them.
    erased_records: BTreeSet<RecordKey>,
    stopped: Vec<Uuid>,
    chance: Chance,
    /// The server's clock less the truth.
    pub skew_ms: i64,
    pub page_records: usize,
}

fn done<T>(result: Result<T, std::convert::Infallible>) -> T {
    match result {
        Ok(value) => value,
        Err(never) => match never {},
    }
}

impl Office {
    pub fn new(chance: &mut Chance) -> Self {
        let mut own = Chance::new(chance.draw());
        let store = Memory::new(CAMPAIGN, own.id(), DeviceId(own.id()));
        Self {
            disk: Disk {
                store,
                tablets: BTreeMap::new(),
            },
            backups: Vec::new(),
            erased: Vec::new(),
            erased_records: BTreeSet::new(),
            stopped: Vec::new(),
            chance: own,
            skew_ms: 0,
            page_records: 1_000,
        }
    }

    pub fn head(&self) -> Head {
        self.disk.store.head
    }

    pub fn records(&self) -> &BTreeMap<RecordKey, Stored> {
        &self.disk.store.records
    }

    pub fn filed(&self) -> impl Iterator<Item = &Filed> {
        self.disk.store.filed.values()
    }

    pub fn registers(&self, kind: &str, id: Uuid) -> Option<&Registers> {
        let stored = self.disk.store.records.get(&RecordKey::new(kind, id))?;
        Some(&stored.registers)
    }

    pub fn erased_traders(&self) -> &[Uuid] {
        &self.erased
    }

    pub fn enrolled(&self, enrolment: Uuid) -> Option<&Enrolled> {
        self.disk.tablets.get(&enrolment)
    }

    /// A new tablet, or a new enrolment of one that the server does not know any more.
    pub fn enrol(&mut self, people: Vec<PersonId>) -> (Uuid, DeviceId) {
        let (enrolment, device) = (self.chance.id(), DeviceId(self.chance.id()));
        let row = DeviceRow {
            device,
            enrolment,
            succeeds: None,
        };
        done(self.disk.store.add_device(&row));
        let enrolled = Enrolled {
            people,
            contact: None,
            revoked: false,
            rescue: false,
        };
        self.disk.tablets.insert(enrolment, enrolled);
        (enrolment, device)
    }

    /// One exchange, bytes in and bytes out. `now_ms`: the true time.
    pub fn exchange(
        &mut self,
        token: Uuid,
        message: &[u8],
        now_ms: i64,
        fault: Fault,
    ) -> Result<Answered, Refusal> {
        let wall_ms = now_ms + self.skew_ms;
        let enrolled = self.enrolled(token).ok_or(Refusal::UnknownDevice)?.clone();
        if enrolled.revoked && !enrolled.rescue {
            return Err(Refusal::Revoked);
        }
        let request = compact::read_request(message).map_err(|_| Refusal::Malformed)?;
        let store = &mut self.disk.store;
        if !done(exchange::speaks_for(
            store,
            token,
            request.device,
            request.succeeds,
        )) {
            return Err(Refusal::UnknownDevice);
        }
        if enrolled.revoked && request.changes.is_empty() {
            self.disk
                .tablets
                .entry(token)
                .and_modify(|t| t.rescue = false);
            return Err(Refusal::Revoked);
        }
        let before = (fault == Fault::BeforeCommit).then(|| self.disk.clone());
        let store = &mut self.disk.store;
        done(begin(store, wall_ms));
        let caller = Caller {
            enrolment: token,
            people: enrolled.people.clone(),
            rescue: enrolled.revoked,
            contact: enrolled.contact,
        };
        let (acks, contact) = done(exchange::receive(store, &caller, wall_ms, &request));
        self.disk
            .tablets
            .entry(token)
            .and_modify(|t| t.contact = Some(contact));
        if let Some(before) = before {
            if !planted::alive(Bug::AnsweredBeforeCommit) {
                self.disk = before;
                return Err(Refusal::Malformed);
            }
            let answered = self.answer(token, &enrolled, &request, acks, wall_ms);
            self.disk = before;
            return Ok(answered);
        }
        Ok(self.answer(token, &enrolled, &request, acks, wall_ms))
    }

    fn answer(
        &mut self,
        token: Uuid,
        enrolled: &Enrolled,
        request: &grebeg_core::sync::messages::Request,
        acks: Vec<grebeg_core::sync::messages::Ack>,
        wall_ms: i64,
    ) -> Answered {
        let store = &mut self.disk.store;
        let scope = if enrolled.revoked {
            Scope {
                roles: Roles::NONE,
                markets: Vec::new(),
            }
        } else {
            done(exchange::scope_of(store, &enrolled.people))
        };
        let asked = Asked {
            enrolment: token,
            device: request.device,
            position: request.position.as_ref(),
            acks,
            scope: &scope,
            page_records: self.page_records,
            simple: false,
            now_ms: wall_ms,
        };
        let answer = done(exchange::answer(store, asked));
        Answered {
            bytes: compact::write_answer(&answer, CAMPAIGN, 1),
            people: enrolled.people.clone(),
            scope,
        }
    }

    /// A change of the office itself.
    pub fn change(&mut self, now_ms: i64, patches: Vec<Patch>) -> Filed {
        done(begin(&mut self.disk.store, now_ms + self.skew_ms));
        let salt = self.chance.bytes();
        done(office_change(&mut self.disk.store, None, salt, patches))
    }

    /// What is held back now, in the order of names.
    pub fn held(&self) -> Vec<Filed> {
        let held = self.filed().filter(|filed| filed.state == State::HeldBack);
        held.cloned().collect()
    }

    /// An admin decides about one held change; whether it could be done.
    pub fn decide(&mut self, now_ms: i64, held: &Filed, accept: bool) -> bool {
        let store = &mut self.disk.store;
        done(begin(store, now_ms + self.skew_ms));
        let settled = match accept {
            true => done(settle::accept_held(store, held, None, "")),
            false => done(settle::discard(store, held, None, "")),
        };
        settled.is_ok()
    }

    pub fn stop(&mut self, enrolment: Uuid) {
        self.stopped.push(enrolment);
        self.disk
            .tablets
            .entry(enrolment)
            .and_modify(|t| t.revoked = true);
    }

    pub fn rescue(&mut self, enrolment: Uuid) {
        self.disk
            .tablets
            .entry(enrolment)
            .and_modify(|t| t.rescue = t.revoked);
    }

    pub fn back_up(&mut self) {
        self.backups.push(self.disk.clone());
        if self.backups.len() > ENOUGH_BACKUPS {
            self.backups.remove(0);
        }
    }

    /// Puts an older backup in place; what is for ever is done again. `None` where there is none.
    pub fn restore(&mut self, now_ms: i64, which: usize) -> Option<()> {
        if self.backups.is_empty() {
            return None;
        }
        let at = which % self.backups.len();
        self.backups.truncate(at + 1);
        let past = self.backups.last()?.clone();
        self.disk = past;
        let store = &mut self.disk.store;
        store.past.push(PastEpoch {
            epoch: store.head.epoch,
            branch_seq: store.head.seq,
        });
        store.head.epoch = self.chance.id();
        store.head.device = DeviceId(self.chance.id());
        for enrolment in &self.stopped {
            self.disk
                .tablets
                .entry(*enrolment)
                .and_modify(|t| t.revoked = true);
        }
        for trader in self.erased.clone() {
            self.erase(now_ms, trader);
        }
        for key in &self.erased_records {
            done(self.disk.store.erase_ahead(key));
        }
        Some(())
    }

    /// Erases a trader with all that a merge joins with it, and all that hangs on them.
    pub fn erase(&mut self, now_ms: i64, trader: Uuid) {
        let family = self.family(trader);
        for id in &family {
            if !self.erased.contains(id) {
                self.erased.push(*id);
            }
        }
        let mut taken: BTreeSet<RecordKey> = BTreeSet::from([RecordKey::new("trader", trader)]);
        let hangs = |r: &Registers| r.id("trader").is_some_and(|t| family.contains(&t));
        for (key, stored) in self.records() {
            let is_one = key.kind == "trader" && family.contains(&key.id);
            if is_one || hangs(&stored.registers) {
                taken.insert(key.clone());
            }
        }
        let visits: BTreeSet<Uuid> = taken
            .iter()
            .filter(|k| k.kind == "visit")
            .map(|k| k.id)
            .collect();
        for (key, stored) in self.records() {
            if stored
                .registers
                .id("visit")
                .is_some_and(|v| visits.contains(&v))
            {
                taken.insert(key.clone());
            }
        }
        taken.retain(|key| kinds::kind(&key.kind).is_some_and(|k| k.field(ERASED).is_some()));
        let hanging = self.redact_waiting(&family, &taken);
        self.erased_records.extend(hanging);
        let fresh = |key: &&RecordKey| {
            let stored = self.disk.store.records.get(*key);
            !stored.is_some_and(|stored| stored.registers.flag(ERASED))
        };
        let patch = |key: &RecordKey| Patch::new(&key.kind, key.id, [(ERASED, Value::Bool(true))]);
        let patches: Vec<Patch> = taken.iter().filter(fresh).map(patch).collect();
        if !patches.is_empty() {
            self.change(now_ms, patches);
        }
    }

    fn family(&self, trader: Uuid) -> BTreeSet<Uuid> {
        let links: Vec<(Uuid, Uuid)> = self
            .records()
            .iter()
            .filter(|(key, _)| key.kind == "trader")
            .filter_map(|(key, stored)| Some((key.id, stored.registers.id("merged_into")?)))
            .collect();
        let mut family = BTreeSet::from([trader]);
        loop {
            let before = family.len();
            for (a, b) in &links {
                if family.contains(a) || family.contains(b) {
                    family.extend([*a, *b]);
                }
            }
            if family.len() == before {
                return family;
            }
        }
    }

    /// Takes the values out of what was never accepted. Returns all records that the erasure names, and what waits of them.
    fn redact_waiting(
        &mut self,
        family: &BTreeSet<Uuid>,
        taken: &BTreeSet<RecordKey>,
    ) -> BTreeSet<RecordKey> {
        let waiting: Vec<Filed> = self
            .filed()
            .filter(|filed| filed.state != State::Accepted)
            .cloned()
            .collect();
        // Also what amends a record whose creation waits itself: only the creation names the trader.
        let mut taken = taken.clone();
        for filed in &waiting {
            let patches = Change::from_bytes(&filed.bytes).map_or(Vec::new(), |c| c.patches);
            let hangs = |p: &&Patch| {
                let trader = p.value("trader").and_then(Value::as_id);
                trader.is_some_and(|t| family.contains(&t))
            };
            let keys = patches.iter().filter(hangs);
            taken.extend(keys.map(|p| RecordKey::new(&p.kind, p.id)));
        }
        for filed in waiting {
            let Ok(mut change) = Change::from_bytes(&filed.bytes) else {
                continue;
            };
            let redacted = change.redact(|patch, field| {
                let trader = patch.value("trader").and_then(Value::as_id);
                let named = trader.is_some_and(|t| family.contains(&t))
                    || taken.contains(&RecordKey::new(&patch.kind, patch.id));
                named && kinds::personal(&patch.kind, field) != Personal::No
            });
            if redacted {
                let bytes = change.to_bytes();
                done(
                    self.disk
                        .store
                        .refile_bytes(filed.name, &filed.hash, &bytes),
                );
            }
        }
        taken
    }

    /// Everything filed under a change's content, whoever numbered it; copies that others offered back are not it.
    pub fn by_content(&self) -> BTreeMap<Hash, Vec<&Filed>> {
        let mut by_content: BTreeMap<Hash, Vec<&Filed>> = BTreeMap::new();
        for filed in self
            .filed()
            .filter(|f| f.reason != Some(HeldReason::Recovered))
        {
            by_content
                .entry(filed.content_hash)
                .or_default()
                .push(filed);
        }
        by_content
    }
}
