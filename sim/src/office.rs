//! The server with its own small book of tablets, its backups, and what the office does.

use crate::beside::{Done, Exchange, Figures, RealServer, RealStores, ServerHolds, differ};
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
use std::fmt::{self, Debug, Formatter};
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

/// The bytes of an answer, which are read where they are shown.
#[derive(PartialEq)]
struct Told(Result<Vec<u8>, Refusal>);

impl Debug for Told {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Err(refusal) => refusal.fmt(f),
            Ok(bytes) => compact::read_answer(bytes, CAMPAIGN).fmt(f),
        }
    }
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
    /// The real store beside, and the first thing in which it parted.
    real: Option<Box<dyn RealServer>>,
    pub differs: Option<String>,
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
    pub fn new(chance: &mut Chance, stores: Option<&dyn RealStores>) -> Self {
        let mut own = Chance::new(chance.draw());
        let (epoch, device) = (own.id(), DeviceId(own.id()));
        let store = Memory::new(CAMPAIGN, epoch, device);
        let (real, differs) = match stores.map(|stores| stores.server(epoch, device)) {
            None => (None, None),
            Some(Ok(real)) => (Some(real), None),
            Some(Err(failed)) => (None, Some(failed)),
        };
        Self {
            real,
            differs,
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

    /// Does the same on the real store, where there is one, and compares what both answer.
    fn beside<T: PartialEq + Debug>(
        &mut self,
        what: &str,
        memory: &T,
        act: impl FnOnce(&mut dyn RealServer) -> Done<T>,
    ) {
        let Some(real) = &mut self.real else {
            return;
        };
        let words = match act(real.as_mut()) {
            Ok(answered) => differ(what, memory, &answered),
            Err(failed) => Some(format!("{what}: {failed}")),
        };
        if self.differs.is_none() {
            self.differs = words;
        }
    }

    /// What the real store holds, or what there is of it.
    pub fn holds(&mut self) -> Done<ServerHolds> {
        match &mut self.real {
            Some(real) => real.holds(),
            None => Ok(ServerHolds::of(&self.disk.store)),
        }
    }

    /// Compares all that both hold, and lets the real one check itself.
    pub fn compare(&mut self) {
        let memory = ServerHolds::of(&self.disk.store);
        let Some(real) = &mut self.real else {
            return;
        };
        let words = match real.holds() {
            Ok(holds) => memory.difference(&holds),
            Err(failed) => Some(failed),
        };
        if self.differs.is_none() {
            self.differs = words;
        }
        self.beside("what the server's check finds", &None, |real| real.verify());
    }

    /// What the real office says of visits, and what it would hold once refusals are carried out; `None` without one.
    pub fn said(&mut self, now_ms: i64) -> Option<Done<(Figures, ServerHolds)>> {
        let real = self.real.as_mut()?;
        let said = real.figures(now_ms);
        Some(said.and_then(|figures| Ok((figures, real.swept(now_ms)?))))
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
    pub fn enrol(&mut self, now_ms: i64, people: Vec<PersonId>) -> (Uuid, DeviceId) {
        let (enrolment, device) = (self.chance.id(), DeviceId(self.chance.id()));
        let row = DeviceRow {
            device,
            enrolment,
            succeeds: None,
        };
        done(self.disk.store.add_device(&row));
        self.beside("enrolment", &(), |real| real.enrol(&row, &people, now_ms));
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
        let answered = self.exchange_in_memory(token, message, now_ms, fault);
        let asked = Exchange {
            token,
            message,
            now_ms: now_ms + self.skew_ms,
            page_records: self.page_records,
            fault,
        };
        let bytes = answered.as_ref().map(|answered| answered.bytes.clone());
        let told = Told(bytes.map_err(|refusal| *refusal));
        self.beside("an answer", &told, |real| real.exchange(&asked).map(Told));
        answered
    }

    fn exchange_in_memory(
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
            done(begin(&mut self.disk.store, wall_ms));
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
        let wall_ms = now_ms + self.skew_ms;
        done(begin(&mut self.disk.store, wall_ms));
        let salt = self.chance.bytes();
        let same = self.real.is_some().then(|| patches.clone());
        let filed = done(office_change(&mut self.disk.store, None, salt, patches));
        if let Some(patches) = same {
            self.beside("an office change", &filed, |real| {
                real.change(wall_ms, salt, patches)
            });
        }
        filed
    }

    /// What is held back now, in the order of names.
    pub fn held(&self) -> Vec<Filed> {
        let held = self.filed().filter(|filed| filed.state == State::HeldBack);
        held.cloned().collect()
    }

    /// An admin decides about one held change; whether it could be done.
    pub fn decide(&mut self, now_ms: i64, held: &Filed, accept: bool) -> bool {
        let wall_ms = now_ms + self.skew_ms;
        let store = &mut self.disk.store;
        done(begin(store, wall_ms));
        let settled = match accept {
            true => done(settle::accept_held(store, held, None, "")),
            false => done(settle::discard(store, held, None, "")),
        };
        let is_done = settled.is_ok();
        self.beside("a decision", &is_done, |real| {
            real.decide(wall_ms, held, accept)
        });
        is_done
    }

    pub fn stop(&mut self, now_ms: i64, enrolment: Uuid) {
        self.beside("stopping", &(), |real| real.stop(enrolment, now_ms));
        self.stopped.push(enrolment);
        self.disk
            .tablets
            .entry(enrolment)
            .and_modify(|t| t.revoked = true);
    }

    pub fn rescue(&mut self, enrolment: Uuid) {
        self.beside("a rescue", &(), |real| real.rescue(enrolment));
        self.disk
            .tablets
            .entry(enrolment)
            .and_modify(|t| t.rescue = t.revoked);
    }

    pub fn back_up(&mut self) {
        self.beside("a backup", &(), |real| real.back_up());
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
        let behind = self.backups.len() - at - 1;
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
        let (epoch, device) = (store.head.epoch, store.head.device);
        self.beside("a restore", &(), |real| real.restore(behind, epoch, device));
        for enrolment in self.stopped.clone() {
            self.disk
                .tablets
                .entry(enrolment)
                .and_modify(|t| t.revoked = true);
            self.beside("stopping again", &(), |real| real.stop(enrolment, now_ms));
        }
        for trader in self.erased.clone() {
            self.erase(now_ms, trader);
        }
        for key in self.erased_records.clone() {
            done(self.disk.store.erase_ahead(&key));
            self.beside("an erasure ahead", &(), |real| real.erase_ahead(&key));
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
                self.beside("a redaction", &(), |real| {
                    real.refile(filed.name, &filed.hash, &bytes)
                });
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
