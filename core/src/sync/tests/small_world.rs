//! A server and tablets in memory, as small as they can be and still speak the real messages.

use crate::change::{Change, ChangeName, Patch, Seen};
use crate::digest::{self, Sum};
use crate::id::{CampaignId, DeviceId, PersonId, created_id, step_id};
use crate::kinds::Role;
use crate::merge::{merge, merge_register};
use crate::register::{Origin, RecordKey, Registers};
use crate::stamp::{Clocks, StampClock};
use crate::sync::access::Sender;
use crate::sync::acknowledge::{Moment, begin, take};
use crate::sync::exchange::{Asked, Caller, answer, receive, scope_of};
use crate::sync::memory::Memory;
use crate::sync::messages::{
    Ack, Answer, Cursor, HeldReason, Offered, PROTOCOL, Position, Request, State,
};
use crate::sync::offer::{Ready, request};
use crate::sync::receive::{Own, plan};
use crate::sync::settle::office_change;
use crate::sync::store::{Filed, PastEpoch};
use crate::value::Value;
use crate::wire::compact;
use std::collections::BTreeMap;
use uuid::Uuid;

pub struct Server {
    pub store: Memory,
    pub now_ms: i64,
    chance: u128,
}

pub fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

pub const ENROLMENTS: u128 = 7_000;

/// Whose request a change comes with, when it is no tablet of this world that sends it.
pub fn sender(enrolment: u128, people: &[PersonId]) -> Sender {
    Sender {
        enrolment: id(enrolment),
        people: people.to_vec(),
        server: false,
        rescue: false,
    }
}

impl Server {
    /// This moment, for whoever sends by these clocks.
    pub fn moment(&mut self, clocks: Clocks) -> Moment {
        let head = begin(&mut self.store, self.now_ms).unwrap();
        Moment {
            server_ms: head.last_ms,
            wall_ms: head.last_ms,
            clocks,
            read: None,
        }
    }

    /// Takes what somebody sends, and gives the answer to each.
    pub fn take_from(&mut self, sender: &Sender, clocks: Clocks, offered: &[Offered]) -> Vec<Ack> {
        let moment = self.moment(clocks);
        take(&mut self.store, sender, moment, offered).unwrap()
    }

    pub fn new() -> Self {
        let store = Memory::new(CampaignId(id(1)), id(2), DeviceId(id(3)));
        let mut server = Self {
            store,
            now_ms: 1_564_444_800_000,
            chance: 1 << 64,
        };
        let markets = ["KNM", "PGI", "DRJ"];
        let patches = markets.iter().enumerate().map(|(n, code)| {
            Patch::new(
                "market",
                id(100 + n as u128),
                [("code", Value::text(*code))],
            )
        });
        server.office(patches.collect());
        server
    }

    pub fn chance(&mut self) -> u128 {
        self.chance += 1;
        self.chance
    }

    pub fn office(&mut self, patches: Vec<Patch>) -> Filed {
        self.now_ms += 1;
        begin(&mut self.store, self.now_ms).unwrap();
        let salt = self.chance().to_be_bytes();
        office_change(&mut self.store, None, salt, patches).unwrap()
    }

    pub fn person(&mut self, number: u128, role: Role, markets: &[&str]) -> PersonId {
        let markets = Value::List(markets.iter().map(|m| Value::text(*m)).collect());
        let fields = [
            ("name", Value::text("Sari")),
            ("role", Value::text(role.code())),
            ("markets", markets),
        ];
        self.office(vec![Patch::new("person", id(number), fields)]);
        PersonId(id(number))
    }

    pub fn trader(&mut self, number: u128, market: &str) -> Uuid {
        let fields = [
            ("name", Value::text("Rokayah")),
            ("market", Value::text(market)),
            ("stall", Value::text("B-12")),
        ];
        self.office(vec![Patch::new("trader", id(number), fields)]);
        id(number)
    }

    /// The server comes back from a backup.
    pub fn restore(&mut self, backup: Memory) {
        self.store = backup;
        self.store.past.push(PastEpoch {
            epoch: self.store.head.epoch,
            branch_seq: self.store.head.seq,
        });
        self.store.head.epoch = Uuid::from_u128(self.chance());
    }

    /// One exchange on the server's side, in the compact form.
    pub fn answer(&mut self, message: &[u8], person: PersonId, page: usize) -> Vec<u8> {
        let request = compact::read_request(message).unwrap();
        self.now_ms += 5;
        begin(&mut self.store, self.now_ms).unwrap();
        let caller = Caller {
            enrolment: id(ENROLMENTS + person.0.as_u128()),
            people: vec![person],
            rescue: false,
            contact: None,
        };
        let (acks, _contact) = receive(&mut self.store, &caller, self.now_ms, &request).unwrap();
        let scope = scope_of(&mut self.store, &caller.people).unwrap();
        let asked = Asked {
            enrolment: caller.enrolment,
            device: request.device,
            position: request.position.as_ref(),
            acks,
            scope: &scope,
            page_records: page,
            simple: false,
            now_ms: self.now_ms,
        };
        let answer = answer(&mut self.store, asked).unwrap();
        compact::write_answer(&answer, self.store.head.campaign, 1)
    }
}

/// Everything a tablet keeps.
#[derive(Clone)]
pub struct Tablet {
    pub person: PersonId,
    pub device: DeviceId,
    pub succeeds: Option<DeviceId>,
    pub changes: Vec<(Change, Option<State>)>,
    pub reasons: BTreeMap<u64, HeldReason>,
    pub confirmed: BTreeMap<RecordKey, (String, Registers)>,
    pub filling: BTreeMap<RecordKey, (String, Registers)>,
    /// Accepted, in a round of pages that is not complete yet.
    unconfirmed: Vec<Change>,
    pub position: Option<Position>,
    pub clock: StampClock,
    /// What the tablet's wall clock is ahead of the truth.
    pub ahead_ms: i64,
    offset_ms: i64,
    chance: u128,
    pub same_as_server: bool,
}

impl Tablet {
    pub fn new(number: u128, person: PersonId) -> Self {
        Self {
            person,
            device: DeviceId(id(number)),
            succeeds: None,
            changes: Vec::new(),
            reasons: BTreeMap::new(),
            confirmed: BTreeMap::new(),
            filling: BTreeMap::new(),
            unconfirmed: Vec::new(),
            position: None,
            clock: StampClock::default(),
            ahead_ms: 0,
            offset_ms: 0,
            chance: number << 64,
            same_as_server: false,
        }
    }

    fn wall_ms(&self, server: &Server) -> i64 {
        server.now_ms + self.ahead_ms
    }

    pub fn save(
        &mut self,
        server: &mut Server,
        patches: impl FnOnce(&[u8; 16]) -> Vec<Patch>,
    ) -> u64 {
        server.now_ms += 1;
        self.chance += 1;
        let salt = self.chance.to_be_bytes();
        let wall_ms = self.wall_ms(server);
        let seen = self.position.as_ref().map(|p| Seen {
            epoch: p.epoch,
            seq: p.homes.values().map(|c| c.base).min().unwrap_or(0),
        });
        let change = Change {
            device: self.device,
            n: self.changes.len() as u64 + 1,
            stamp: self.clock.tick(wall_ms - self.offset_ms),
            clocks: Clocks {
                wall_ms,
                boot: Some(1),
                mono_ms: Some(server.now_ms),
            },
            author: self.person,
            seen,
            prev: self.changes.last().map(|(c, _)| c.hash()),
            salt: Some(salt),
            patches: patches(&salt),
        };
        self.changes.push((change, None));
        self.changes.len() as u64
    }

    pub fn set(&mut self, server: &mut Server, trader: Uuid, field: &str, value: &str) -> u64 {
        self.save(server, |_| {
            vec![Patch::new("trader", trader, [(field, Value::text(value))])]
        })
    }

    pub fn visit(
        &mut self,
        server: &mut Server,
        trader: Uuid,
        market: &str,
        step: Option<&str>,
    ) -> Uuid {
        let mut visit = Uuid::nil();
        self.save(server, |salt| {
            visit = created_id(salt, 0);
            let fields = [
                ("trader", Value::id(trader)),
                ("market", market.into()),
                ("outcome", "mengajar".into()),
            ];
            let mut patches = vec![Patch::new("visit", visit, fields)];
            patches.extend(step.map(|code| {
                let fields = [
                    ("trader", Value::id(trader)),
                    ("code", code.into()),
                    ("state", "selesai".into()),
                ];
                Patch::new("step", step_id(&trader, code), fields)
            }));
            patches
        });
        visit
    }

    pub fn message(&self, server: &Server) -> (Vec<u8>, Vec<ChangeName>) {
        let waiting = self
            .changes
            .iter()
            .filter(|(_, state)| state.is_none())
            .map(|(c, _)| (c.clone(), 300));
        let (request, names) = request(Ready {
            protocol: PROTOCOL,
            device: self.device,
            succeeds: self.succeeds,
            position: self.position.clone(),
            clocks: Clocks {
                wall_ms: self.wall_ms(server),
                boot: Some(1),
                mono_ms: Some(server.now_ms),
            },
            reports: Vec::new(),
            acked_n: self.changes.iter().filter(|(_, s)| s.is_some()).count() as u64,
            waiting: waiting.collect(),
        });
        let read: Request = compact::read_request(&compact::write_request(&request)).unwrap();
        assert_eq!(read, request, "the compact form goes there and back");
        (compact::write_request(&request), names)
    }

    /// Applies an answer; returns whether there is more.
    pub fn apply(&mut self, server: &Server, message: &[u8], offered: &[ChangeName]) -> bool {
        let answer = compact::read_answer(message, CampaignId(id(1))).unwrap();
        let last_n = self.changes.len() as u64;
        let own = Own {
            device: self.device,
            offered,
            last_n,
            acked_n: 0,
            position: self.position.as_ref(),
            server_ms: i64::MIN,
            past_epochs: &[],
        };
        let plan = plan(&answer, &own).unwrap();
        self.offset_ms = self.wall_ms(server) - answer.server_ms;
        for ack in plan.acks.iter().chain(&plan.settled) {
            self.acknowledge(ack);
        }
        for fill in answer.fills.iter().filter(|f| f.begins) {
            self.filling.retain(|_, (home, _)| *home != fill.home);
        }
        for left in &answer.left {
            for layer in [&mut self.confirmed, &mut self.filling] {
                if layer
                    .get(&left.key)
                    .is_some_and(|(home, _)| *home == left.home)
                {
                    layer.remove(&left.key);
                }
            }
        }
        for record in &answer.records {
            let fills = answer.fills.iter().any(|f| f.home == record.home);
            let layer = if fills {
                &mut self.filling
            } else {
                &mut self.confirmed
            };
            if layer
                .get(&record.key)
                .is_some_and(|(home, _)| *home != record.home)
            {
                layer.remove(&record.key);
            }
            let (home, registers) = layer.entry(record.key.clone()).or_default();
            home.clone_from(&record.home);
            for (field, register) in &record.fields {
                merge_register(registers, &record.key.kind, field, register.clone());
            }
        }
        self.finish_fills(&answer);
        self.position = Some(answer.position.clone());
        let homes = &answer.position.homes;
        self.confirmed
            .retain(|_, (home, _)| homes.contains_key(home));
        if !answer.more {
            for change in std::mem::take(&mut self.unconfirmed) {
                self.confirm(&change);
            }
        }
        if let Some(digest) = &answer.digest {
            let waiting_accepted: BTreeMap<String, Sum> = self.sums();
            assert!(digest.keys().eq(homes.keys()), "of each home");
            self.same_as_server = digest
                .iter()
                .all(|(home, sum)| waiting_accepted.get(home).copied().unwrap_or_default() == *sum);
        }
        for (key, (_, registers)) in &self.confirmed {
            for register in registers.0.values() {
                let _known = key;
                self.clock.observe(register.origin.stamp);
            }
        }
        answer.more
    }

    /// A home whose fill is complete takes the place of what was shown until now.
    fn finish_fills(&mut self, answer: &Answer) {
        for fill in &answer.fills {
            if !answer
                .position
                .homes
                .get(&fill.home)
                .is_some_and(Cursor::is_complete)
            {
                continue;
            }
            self.confirmed.retain(|_, (home, _)| *home != fill.home);
            let filled: Vec<RecordKey> = self
                .filling
                .iter()
                .filter(|(_, (home, _))| *home == fill.home)
                .map(|(k, _)| k.clone())
                .collect();
            for key in filled {
                if let Some(record) = self.filling.remove(&key) {
                    self.confirmed.insert(key, record);
                }
            }
        }
    }

    fn acknowledge(&mut self, ack: &Ack) {
        let Some((change, state)) = self.changes.iter_mut().find(|(c, _)| c.name() == ack.name)
        else {
            return;
        };
        *state = Some(ack.state);
        if let Some(stamp) = ack.stamp {
            change.stamp = stamp;
        }
        match ack.reason {
            Some(reason) => self.reasons.insert(ack.name.n, reason),
            None => self.reasons.remove(&ack.name.n),
        };
        if ack.state == State::Accepted {
            self.unconfirmed.push(change.clone());
        }
    }

    /// An accepted change of our own goes into the records that we hold when its round is complete.
    fn confirm(&mut self, change: &Change) {
        let origin = Origin {
            stamp: change.stamp,
            device: change.device,
            n: change.n,
            author: change.author,
        };
        for patch in &change.patches {
            if let Some((_, registers)) = self
                .confirmed
                .get_mut(&RecordKey::new(&patch.kind, patch.id))
            {
                merge(registers, patch, origin, 0);
            }
        }
    }

    pub fn sums(&self) -> BTreeMap<String, Sum> {
        let mut sums: BTreeMap<String, Sum> = BTreeMap::new();
        for (key, (home, registers)) in &self.confirmed {
            sums.entry(home.clone())
                .or_default()
                .add(digest::of_record(key, registers));
        }
        sums
    }

    pub fn value(&self, kind: &str, id: Uuid, field: &str) -> Option<String> {
        let (_, registers) = self.confirmed.get(&RecordKey::new(kind, id))?;
        registers.text(field).map(str::to_owned)
    }

    pub fn count(&self, state: Option<State>) -> usize {
        self.changes.iter().filter(|(_, s)| *s == state).count()
    }
}

/// One exchange; `lost`: the server's answer does not arrive. Returns whether there is more.
pub fn exchange(server: &mut Server, tablet: &mut Tablet, page: usize, lost: bool) -> bool {
    let (message, offered) = tablet.message(server);
    let answer = server.answer(&message, tablet.person, page);
    !lost && tablet.apply(server, &answer, &offered)
}

/// Until nothing is left to fetch.
pub fn sync(server: &mut Server, tablet: &mut Tablet) {
    for _ in 0..200 {
        if !exchange(server, tablet, 1_000, false) {
            return;
        }
    }
    panic!("a sync that never ends");
}
