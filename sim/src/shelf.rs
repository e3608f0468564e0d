//! What a tablet keeps, in memory: the same rules as the tablet's own store, without SQL, caches and screens.
//!
//! A copy of the whole is a snapshot of its disk. Each function that changes it is one transaction: whoever plays a kill
//! within one puts the copy of before back.

use crate::beside::{Layer, OwnHeld, TabletHolds};
use crate::rows::{Rows, screen};
use grebeg_core::change::{Change, ChangeName, Hash, Patch, Seen};
use grebeg_core::digest::{Sum, of_record};
use grebeg_core::id::{DeviceId, PersonId};
use grebeg_core::kinds::{self, Personal};
use grebeg_core::limits;
use grebeg_core::merge::{self, ERASED};
use grebeg_core::planted::{self, Bug};
use grebeg_core::register::{Origin, RecordKey, Registers};
use grebeg_core::stamp::{Clocks, Contact, Stamp, StampClock};
use grebeg_core::sync::messages::{
    Ack, Answer, CAMPAIGN_HOME, HeldReason, PROTOCOL, Position, Request, State,
};
use grebeg_core::sync::offer::{self, Ready};
use grebeg_core::sync::receive::{self, Own, Plan, Refused};
use grebeg_core::sync::recovered::Lost;
use grebeg_core::sync::stopped;
use grebeg_core::value::Value;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// One of the tablet's own changes; `said`: `None` while it waits.
#[derive(Debug, Clone)]
pub struct OwnChange {
    pub change: Change,
    pub hash: Hash,
    /// The same whoever numbers it.
    pub content: Hash,
    pub said: Option<State>,
    pub reason: Option<HeldReason>,
    pub unconfirmed: bool,
    /// The tablet was stopped after it was sent: what names anybody is gone from it.
    pub bare: bool,
}

impl OwnChange {
    /// It lies over what the server has said of its records.
    pub fn lies_over(&self) -> bool {
        self.unconfirmed || matches!(self.said, None | Some(State::HeldBack))
    }

    fn is_forked(&self) -> bool {
        self.said == Some(State::HeldBack) && self.reason == Some(HeldReason::ForkedDevice)
    }
}

/// See the module.
#[derive(Debug, Clone)]
pub struct Shelf {
    pub enrolment: Uuid,
    pub device: DeviceId,
    pub succeeds: Option<DeviceId>,
    pub people: Vec<PersonId>,
    pub own: Vec<OwnChange>,
    /// What the server has said, with the home it said it for.
    pub confirmed: BTreeMap<RecordKey, (String, Registers)>,
    fill: BTreeMap<RecordKey, (String, Registers)>,
    filling: BTreeSet<String>,
    shown: BTreeSet<String>,
    pub position: Option<Position>,
    pub contact: Option<Contact>,
    /// The boot in which the monotonic clock was seen not to run on.
    boot_mono_stops: Option<u64>,
    rows: Rows,
    stamp: Stamp,
    chain_start: Option<Hash>,
    new_epoch: bool,
    past_epochs: Vec<Uuid>,
    recovered: Vec<Change>,
    pub locked: bool,
    pub unknown_device: bool,
}

/// A request as it went out.
#[derive(Debug, Clone)]
pub struct Sent {
    pub request: Request,
    pub names: Vec<ChangeName>,
    pub clocks: Clocks,
}

/// What an answer did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Taken {
    /// Something has to be sent again at once.
    pub again: bool,
    pub more: bool,
    /// The digests were told and are the tablet's own.
    pub same: Option<bool>,
}

impl Shelf {
    pub fn new(enrolment: Uuid, device: DeviceId, people: Vec<PersonId>) -> Self {
        Self {
            enrolment,
            device,
            succeeds: None,
            people,
            own: Vec::new(),
            confirmed: BTreeMap::new(),
            fill: BTreeMap::new(),
            filling: BTreeSet::new(),
            shown: BTreeSet::new(),
            position: None,
            contact: None,
            boot_mono_stops: None,
            rows: Rows::default(),
            stamp: Stamp::default(),
            chain_start: None,
            new_epoch: false,
            past_epochs: Vec::new(),
            recovered: Vec::new(),
            locked: false,
            unknown_device: false,
        }
    }

    /// All that sync is about, as a store of another make would say it.
    pub fn holds(&self) -> TabletHolds {
        let own = self.own.iter().map(|own| OwnHeld {
            change: own.change.clone(),
            hash: own.hash,
            said: own.said,
            reason: own.reason.map(|reason| reason.code().to_owned()),
            unconfirmed: own.unconfirmed,
        });
        TabletHolds {
            device: self.device,
            succeeds: self.succeeds,
            own: own.collect(),
            confirmed: self.confirmed.clone(),
            fill: self.fill.clone(),
            screens: self.rows.homes().clone(),
            position: self.position.clone(),
            contact: self.contact,
            stamp: self.stamp,
            recovered: self.recovered.clone(),
            locked: self.locked,
            unknown_device: self.unknown_device,
        }
    }

    pub fn waiting(&self) -> usize {
        self.own.iter().filter(|own| own.said.is_none()).count()
    }

    fn last(&self) -> Option<&OwnChange> {
        let mine = self.own.iter().filter(|o| o.change.device == self.device);
        mine.max_by_key(|o| o.change.n)
    }

    fn acked_n(&self) -> u64 {
        let mine = self.own.iter().filter(|o| o.change.device == self.device);
        let waiting = mine
            .clone()
            .filter(|o| o.said.is_none())
            .map(|o| o.change.n);
        match waiting.min() {
            Some(first) => first - 1,
            None => mine.map(|o| o.change.n).max().unwrap_or(0),
        }
    }

    /// Saves one action of one person. `patches` are made from the salt.
    pub fn save(&mut self, author: PersonId, clocks: Clocks, salt: [u8; 16], patches: Vec<Patch>) {
        let corrected = self
            .contact
            .map_or(clocks.wall_ms, |c| c.corrected_ms(&clocks));
        let mut stamps = StampClock { last: self.stamp };
        let stamp = stamps.tick(corrected);
        let last = self.last();
        let mut n = last.map_or(1, |last| last.change.n + 1);
        if planted::alive(Bug::NumberReused) {
            n = self.acked_n() + 1;
        }
        let change = Change {
            device: self.device,
            n,
            stamp,
            clocks,
            author,
            seen: self.seen(&patches),
            prev: last.map(|last| last.hash).or(self.chain_start),
            salt: Some(salt),
            patches,
        };
        self.stamp = stamp;
        let (hash, content) = change.hashes();
        self.own.push(OwnChange {
            hash,
            content,
            change,
            said: None,
            reason: None,
            unconfirmed: false,
            bare: false,
        });
        if let Some(own) = self.own.last() {
            self.rows.touch(own);
        }
        self.rows.finish(&self.confirmed, &self.own);
    }

    /// The place in the server's order that was reached for the homes of these records.
    fn seen(&self, patches: &[Patch]) -> Option<Seen> {
        let position = self.position.as_ref()?;
        let home_of = |key: &RecordKey| {
            let home = self.rows.home_of(&self.confirmed, key);
            home.map(str::to_owned)
        };
        let seqs = patches.iter().map(|patch| {
            let trader = patch.value("trader").and_then(Value::as_id);
            let named = patch.value("market").and_then(Value::as_text);
            let home = home_of(&RecordKey::new(&patch.kind, patch.id))
                .or_else(|| home_of(&RecordKey::new("trader", trader?)))
                .or_else(|| named.map(str::to_owned))
                .unwrap_or_else(|| CAMPAIGN_HOME.to_owned());
            position.homes.get(&home).map_or(0, |cursor| cursor.base)
        });
        let seq = seqs.min()?;
        Some(Seen {
            epoch: position.epoch,
            seq,
        })
    }

    /// The next request.
    pub fn prepare(&self, clocks: Clocks) -> Sent {
        let waiting = self.own.iter().filter(|own| own.said.is_none());
        let ready = Ready {
            protocol: PROTOCOL,
            device: self.device,
            succeeds: self.succeeds,
            position: self.position.clone(),
            clocks,
            reports: Vec::new(),
            acked_n: self.acked_n(),
            waiting: waiting.map(|own| (own.change.clone(), 600)).collect(),
        };
        let (mut request, names) = offer::request(ready);
        request.recovered.clone_from(&self.recovered);
        request.recovered.truncate(limits::RECOVERED_CHANGES_MAX);
        Sent {
            request,
            names,
            clocks,
        }
    }

    /// Checks an answer and applies it, all or nothing. `new_device`: what a fork would take, where one more is allowed.
    pub fn take(
        &mut self,
        sent: &Sent,
        answer: &Answer,
        after: &Clocks,
        new_device: Option<DeviceId>,
    ) -> Result<Taken, Refused> {
        let own = Own {
            device: sent.request.device,
            offered: &sent.names,
            last_n: self.last().map_or(0, |last| last.change.n),
            acked_n: sent.request.acked_n,
            position: sent.request.position.as_ref(),
            server_ms: self.contact.map_or(i64::MIN, |c| c.server_ms),
            past_epochs: &self.past_epochs,
        };
        let plan = receive::plan(answer, &own)?;
        self.keep_contact(contact(answer, &sent.clocks, after));
        for ack in &plan.acks {
            self.acknowledge(ack);
        }
        for ack in &plan.settled {
            let held = |own: &OwnChange| own.said == Some(State::HeldBack) && !own.is_forked();
            if self.find(ack.name).is_some_and(|own| held(own)) {
                self.acknowledge(ack);
            }
        }
        let is_forked = plan.forked || self.own.iter().any(OwnChange::is_forked);
        let forked = new_device.filter(|_| is_forked);
        let before = self.device;
        if let Some(device) = forked {
            self.fork(device, &plan.after_gap);
        }
        let again = self.send_again(answer, &plan, before);
        self.take_page(answer);
        if !answer.more {
            self.end_round();
            self.new_epoch = false;
        }
        self.position = Some(answer.position.clone());
        self.rows.finish(&self.confirmed, &self.own);
        self.move_clock(answer);
        self.recovered
            .retain(|change| !sent.request.recovered.contains(change));
        if planted::alive(Bug::OutboxEmptied) {
            for own in self.own.iter_mut().filter(|own| own.said.is_none()) {
                own.said = Some(State::Accepted);
            }
        }
        Ok(Taken {
            again: again || forked.is_some() || !self.recovered.is_empty(),
            more: answer.more,
            same: self.compare(answer),
        })
    }

    /// Without its monotonic clock in a boot in which that clock was seen not to run on.
    fn keep_contact(&mut self, mut contact: Contact) {
        let boot = contact.clocks.boot;
        let before = self.contact;
        let holds = before.is_none_or(|before| before.mono_holds_until(&contact));
        if !holds && boot.is_some() {
            self.boot_mono_stops = boot;
        }
        if !holds || boot.is_some() && self.boot_mono_stops == boot {
            contact.clocks = contact.clocks.wall_only();
        }
        self.contact = Some(contact);
    }

    fn find(&mut self, name: ChangeName) -> Option<&mut OwnChange> {
        self.own.iter_mut().find(|own| own.change.name() == name)
    }

    fn acknowledge(&mut self, ack: &Ack) {
        let Some(own) = self.find(ack.name) else {
            return;
        };
        own.said = Some(ack.state);
        own.reason = ack.reason;
        if let Some(stamp) = ack.stamp {
            own.change.stamp = stamp;
        }
        own.unconfirmed = ack.state == State::Accepted;
        let acknowledged = own.clone();
        self.rows.touch(&acknowledged);
        let Some(own) = self.find(ack.name) else {
            return;
        };
        let patches = own.change.patches.iter();
        let mut touched: Vec<RecordKey> = patches
            .map(|patch| RecordKey::new(&patch.kind, patch.id))
            .collect();
        let traders: Vec<RecordKey> = touched.iter().flat_map(|k| self.traders_of(k)).collect();
        touched.extend(traders);
        for key in touched {
            if self
                .confirmed
                .get(&key)
                .is_some_and(|(_, r)| r.flag(ERASED))
            {
                self.redact_own(&key);
            }
        }
    }

    /// What a server that holds less than it once said makes wait again.
    fn send_again(&mut self, answer: &Answer, plan: &Plan, device: DeviceId) -> bool {
        let known = self.position.as_ref().map(|position| position.epoch);
        let ended = known.filter(|epoch| *epoch != answer.epoch);
        self.past_epochs.extend(ended);
        let new_epoch = ended.is_some();
        let mut any = false;
        let said: BTreeSet<ChangeName> = plan.acks.iter().map(|ack| ack.name).collect();
        for own in &mut self.own {
            let named = said.contains(&own.change.name());
            let chosen = match plan.send_again_after {
                _ if new_epoch => !named,
                Some(after) => own.change.device == device && own.change.n > after && !named,
                None => false,
            };
            if chosen {
                any |= own.said.is_some();
                own.said = None;
                own.reason = None;
                own.unconfirmed = false;
                self.rows.touch(own);
            }
        }
        self.new_epoch |= new_epoch;
        new_epoch || any
    }

    fn take_page(&mut self, answer: &Answer) {
        for part in &answer.fills {
            if part.begins {
                self.fill.retain(|_, (home, _)| *home != part.home);
            }
            self.filling.insert(part.home.clone());
        }
        for left in &answer.left {
            let is_there = |layer: &Layer| {
                let held = layer.get(&left.key);
                held.is_some_and(|(home, _)| *home == left.home)
            };
            if is_there(&self.fill) {
                self.fill.remove(&left.key);
            }
            if is_there(&self.confirmed) {
                self.confirmed.remove(&left.key);
                self.rows.told(&left.key, &left.home);
            }
            self.rows.left(&left.home, Some(&left.key));
        }
        for sent in &answer.records {
            let was_erased = self.knows_erased(&sent.key);
            let filling = self.filling.contains(&sent.home);
            let layer = if filling {
                &mut self.fill
            } else {
                &mut self.confirmed
            };
            // A home that went out of scope tells of nobody's leaving: what was known there is not this home's.
            if layer
                .get(&sent.key)
                .is_some_and(|(home, _)| *home != sent.home)
            {
                layer.remove(&sent.key);
            }
            if !filling {
                self.rows.told(&sent.key, &sent.home);
            }
            let (home, registers) = layer.entry(sent.key.clone()).or_default();
            home.clone_from(&sent.home);
            for (field, register) in &sent.fields {
                let mut register = register.clone();
                register.seq = 0;
                merge::merge_register(registers, &sent.key.kind, field, register);
            }
            // What fills a home is shown, and taken for true, when it is whole.
            if !filling && !was_erased && registers.flag(ERASED) {
                self.redact_own(&sent.key);
            }
        }
        for (home, cursor) in &answer.position.homes {
            if cursor.is_complete() && self.filling.contains(home) {
                self.complete_fill(home);
            }
        }
        self.leave_homes(&answer.position);
    }

    fn knows_erased(&self, key: &RecordKey) -> bool {
        let confirmed = self.confirmed.get(key);
        confirmed.is_some_and(|(_, registers)| registers.flag(ERASED))
    }

    fn redact_own(&mut self, key: &RecordKey) {
        let mut taken = BTreeSet::from([key.clone()]);
        for patch in self.own.iter().flat_map(|own| &own.change.patches) {
            let trader = patch.value("trader").and_then(Value::as_id);
            if key.kind == "trader" && trader == Some(key.id) {
                taken.insert(RecordKey::new(&patch.kind, patch.id));
            }
        }
        for own in &mut self.own {
            own.change.redact(|patch, field| {
                taken.contains(&RecordKey::new(&patch.kind, patch.id))
                    && kinds::personal(&patch.kind, field) != Personal::No
            });
        }
    }

    /// The traders on whom a record hangs, as own changes say.
    fn traders_of(&self, key: &RecordKey) -> Vec<RecordKey> {
        let patches = self.own.iter().flat_map(|own| &own.change.patches);
        let same = patches.filter(|p| p.kind == key.kind && p.id == key.id);
        let named = same.filter_map(|p| p.value("trader")?.as_id());
        named.map(|id| RecordKey::new("trader", id)).collect()
    }

    /// What was filled takes the place of what was shown.
    fn complete_fill(&mut self, home: &str) {
        let (filled, rest): (BTreeMap<_, _>, BTreeMap<_, _>) = std::mem::take(&mut self.fill)
            .into_iter()
            .partition(|(_, (h, _))| h == home);
        self.fill = rest;
        if self.new_epoch {
            let own: BTreeSet<ChangeName> = self.own.iter().map(|o| o.change.name()).collect();
            let mut lost = Lost::default();
            for (key, (_, held)) in self.confirmed.iter().filter(|(_, (h, _))| h == home) {
                let now = filled.get(key).map(|(_, registers)| registers);
                lost.add(key, held, now, |name| own.contains(&name));
            }
            self.recovered.extend(lost.into_changes());
        }
        let gone = self.confirmed.iter().filter(|(_, (h, _))| h == home);
        for key in gone.map(|(key, _)| key).chain(filled.keys()) {
            self.rows.told(key, home);
        }
        self.rows.left(home, None);
        let erased = filled.iter().filter(|(_, (_, now))| now.flag(ERASED));
        let erased = erased.filter(|(key, _)| !self.knows_erased(key));
        let erased: Vec<RecordKey> = erased.map(|(key, _)| key.clone()).collect();
        self.confirmed.retain(|_, (h, _)| h != home);
        self.confirmed.extend(filled);
        for key in erased {
            self.redact_own(&key);
        }
        self.filling.remove(home);
        self.shown.insert(home.to_owned());
    }

    /// Homes that are no longer in scope leave once nothing waits.
    fn leave_homes(&mut self, position: &Position) {
        if self.waiting() > 0 {
            if planted::alive(Bug::NarrowedAtOnce) {
                self.own.retain(|own| own.said.is_some());
            }
            return;
        }
        let stays = |home: &str| home == CAMPAIGN_HOME || position.homes.contains_key(home);
        for (key, (home, _)) in self.confirmed.iter().filter(|(_, (home, _))| !stays(home)) {
            self.rows.told(key, home);
        }
        let homes = self.shown.iter().chain(&self.filling);
        for home in homes.filter(|home| !stays(home)) {
            self.rows.left(home, None);
        }
        self.confirmed.retain(|_, (home, _)| stays(home));
        self.fill.retain(|_, (home, _)| stays(home));
        self.filling.retain(|home| stays(home));
        self.shown.retain(|home| stays(home));
    }

    fn end_round(&mut self) {
        let mut own = std::mem::take(&mut self.own);
        for own in own.iter_mut().filter(|own| own.unconfirmed) {
            own.unconfirmed = false;
            self.rows.touch(own);
            let origin = origin(&own.change);
            for patch in &own.change.patches {
                let key = RecordKey::new(&patch.kind, patch.id);
                for layer in [&mut self.fill, &mut self.confirmed] {
                    if let Some((_, registers)) = layer.get_mut(&key) {
                        merge::merge(registers, patch, origin, 0);
                    }
                }
            }
        }
        self.own = own;
    }

    fn move_clock(&mut self, answer: &Answer) {
        let waiting = self.own.iter().filter(|own| own.said.is_none());
        let last = waiting.map(|own| own.change.stamp).max();
        self.stamp = Stamp::at_ms(answer.server_ms).max(last.unwrap_or_default());
    }

    fn fork(&mut self, device: DeviceId, after_gap: &[ChangeName]) {
        let before = self.device;
        self.renumber(before, device, |own| {
            own.is_forked()
                || after_gap.contains(&own.change.name())
                || own.change.device == before && own.said.is_none()
        });
    }

    /// A new enrolment of the same home, after a server that did not know it.
    pub fn enrol_again(&mut self, enrolment: Uuid, device: DeviceId) {
        let before = self.device;
        self.enrolment = enrolment;
        self.renumber(before, device, |_| true);
        self.unknown_device = false;
        self.filling.extend(self.shown.iter().cloned());
        self.fill.clear();
        self.position = None;
        self.rows.finish(&self.confirmed, &self.own);
    }

    fn renumber(
        &mut self,
        before: DeviceId,
        device: DeviceId,
        chosen: impl Fn(&OwnChange) -> bool,
    ) {
        let rest = self
            .own
            .iter()
            .filter(|own| own.change.device == before && !chosen(own) && own.said.is_some());
        self.chain_start = rest.max_by_key(|own| own.change.n).map(|own| own.hash);
        self.device = device;
        self.succeeds = Some(before);
        let mut prev = self.chain_start;
        for (n, own) in (1..).zip(self.own.iter_mut().filter(|own| chosen(own))) {
            own.change.device = device;
            own.change.n = n;
            own.change.prev = prev;
            own.hash = own.change.hash();
            own.said = None;
            own.reason = None;
            own.unconfirmed = false;
            self.rows.touch(own);
            prev = Some(own.hash);
        }
    }

    /// The tablet was stopped: what waits stays, and without values what says whose it is; everything else goes.
    pub fn lock(&mut self) {
        let (waiting, sent): (Vec<_>, Vec<_>) = self.own.iter().partition(|o| o.said.is_none());
        let needed = stopped::needed(
            waiting.iter().map(|own| &own.change),
            sent.iter().map(|own| &own.change),
        );
        self.own
            .retain(|own| own.said.is_none() || needed.contains(&own.change.name()));
        for own in self.own.iter_mut().filter(|own| own.said.is_some()) {
            stopped::without_values(&mut own.change);
            own.bare = true;
            own.said = None;
            own.reason = None;
            own.unconfirmed = false;
        }
        self.confirmed.clear();
        self.fill.clear();
        self.filling.clear();
        self.shown.clear();
        self.rows.clear();
        self.position = None;
        self.locked = true;
    }

    /// Homes that differ from the server's are read anew.
    pub fn refill(&mut self, homes: &[String]) {
        for home in homes {
            self.filling.insert(home.clone());
            self.fill.retain(|_, (h, _)| h != home);
            if let Some(position) = &mut self.position {
                position.homes.remove(home);
            }
        }
    }

    fn compare(&self, answer: &Answer) -> Option<bool> {
        let theirs = answer.digest.as_ref()?;
        Some(self.differing(theirs).is_empty())
    }

    /// Homes of which the server's digest is another.
    pub fn differing(&self, theirs: &BTreeMap<String, Sum>) -> Vec<String> {
        let mut mine: BTreeMap<&str, Sum> = BTreeMap::new();
        for (key, (home, registers)) in &self.confirmed {
            mine.entry(home).or_default().add(of_record(key, registers));
        }
        let differs = |home: &str, sum: &Sum| mine.get(home).copied().unwrap_or_default() != *sum;
        let differing = theirs.iter().filter(|(home, sum)| differs(home, sum));
        differing.map(|(home, _)| home.clone()).collect()
    }

    /// A record as the screen shows it: what the server said, and over it what is still open.
    pub fn shown(&self, key: &RecordKey) -> Registers {
        let confirmed = self.confirmed.get(key).map(|(_, registers)| registers);
        let screen = screen(key, confirmed, &self.own);
        screen.or_else(|| confirmed.cloned()).unwrap_or_default()
    }
}

fn origin(change: &Change) -> Origin {
    Origin {
        stamp: change.stamp,
        device: change.device,
        n: change.n,
        author: change.author,
    }
}

fn contact(answer: &Answer, before: &Clocks, after: &Clocks) -> Contact {
    let half = |from: i64, to: i64| from + (to - from) / 2;
    let mono_ms = match (before.mono_ms, after.mono_ms) {
        (Some(from), Some(to)) => Some(half(from, to)),
        (_, to) => to,
    };
    Contact {
        server_ms: answer.server_ms,
        clocks: Clocks {
            wall_ms: half(before.wall_ms, after.wall_ms),
            boot: after.boot,
            mono_ms,
        },
    }
}
