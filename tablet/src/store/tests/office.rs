//! A server in memory, with the state machines of the real one.

use crate::error::{Result, SyncFault, TabletError};
use crate::store::Store;
use crate::store::meta::{self, Enrolment, Person, Token};
use crate::sync::{Carried, Line, Refused, SyncResult, run_over};
use grebeg_core::change::Patch;
use grebeg_core::definition::builtin;
use grebeg_core::id::{CampaignId, DeviceId, PersonId};
use grebeg_core::kinds::Roles;
use grebeg_core::sync::access::Sender;
use grebeg_core::sync::acknowledge::{self, Moment};
use grebeg_core::sync::memory::Memory;
use grebeg_core::sync::messages::{Answer, Request, State};
use grebeg_core::sync::store::{DeviceRow, PastEpoch, Store as _};
use grebeg_core::sync::{pull, settle};
use grebeg_core::value::Value;
use std::collections::HashSet;
use tempfile::TempDir;
use uuid::Uuid;

pub const CAMPAIGN: CampaignId = CampaignId(Uuid::from_u128(1));
const SERVER: DeviceId = DeviceId(Uuid::from_u128(2));
/// 2026-11-02 in Unix milliseconds: any day will do.
const START_MS: i64 = 1_793_600_000_000;

/// The server, and what may go wrong on the way to it.
pub struct Office {
    pub memory: Memory,
    pub enrolment: Uuid,
    pub person: PersonId,
    pub markets: Vec<String>,
    pub page_records: usize,
    pub now_ms: i64,
    /// The next answers that are lost after the server did its work.
    pub lose_answers: usize,
    pub requests: Vec<Request>,
    tablets: u128,
    /// The next request is judged as if its author were not on the tablet.
    pub hold_next: bool,
    /// The tablet was stopped and may hand in what it still holds.
    pub rescue: bool,
    /// Changes an answer on its way.
    pub tamper: Option<fn(&mut Answer)>,
}

impl Office {
    pub fn new() -> Self {
        let memory = Memory::new(CAMPAIGN, Uuid::from_u128(3), SERVER);
        let mut office = Self {
            memory,
            enrolment: Uuid::from_u128(10),
            person: PersonId(Uuid::from_u128(11)),
            markets: vec!["KNM".into(), "PGI".into()],
            page_records: 4_000,
            now_ms: START_MS,
            lose_answers: 0,
            requests: Vec::new(),
            tablets: 0,
            hold_next: false,
            rescue: false,
            tamper: None,
        };
        let definition = builtin("cirebon-2019").unwrap();
        let patches = definition
            .iter()
            .map(|entry| {
                let id = CAMPAIGN.definition_record(entry.kind, &entry.key);
                let fields = entry.fields.iter();
                let fields = fields.map(|(name, value)| (name.as_str(), Value::from_json(value)));
                Patch::new(entry.kind, id, fields)
            })
            .collect();
        office.write(patches);
        let markets = office
            .markets
            .iter()
            .map(|m| Value::text(m.as_str()))
            .collect();
        let person = Patch::new(
            "person",
            office.person.0,
            [
                ("name", "Ade Nugraha".into()),
                ("role", "canvasser".into()),
                ("markets", Value::List(markets)),
            ],
        );
        office.write(vec![person]);
        office
    }

    /// A change of the office itself.
    pub fn write(&mut self, patches: Vec<Patch>) {
        self.now_ms += 1_000;
        acknowledge::begin(&mut self.memory, self.now_ms).unwrap();
        settle::office_change(&mut self.memory, None, [7; 16], patches).unwrap();
    }

    pub fn trader(&mut self, number: u128, market: &str, name: &str) -> Uuid {
        let id = Uuid::from_u128(1_000 + number);
        let stall = format!("A-{number}");
        let fields = [
            ("market", market.into()),
            ("name", name.into()),
            ("stall", Value::text(stall)),
        ];
        self.write(vec![Patch::new("trader", id, fields)]);
        id
    }

    pub fn set(&mut self, kind: &str, id: Uuid, field: &str, value: Value) {
        self.write(vec![Patch::new(kind, id, [(field, value)])]);
    }

    /// The server comes back from a backup.
    pub fn restore(&mut self, backup: Memory) {
        self.memory = backup;
        let head = self.memory.head;
        self.memory.past.push(PastEpoch {
            epoch: head.epoch,
            branch_seq: head.seq,
        });
        self.memory.head.epoch = Uuid::from_u128(77);
    }

    /// A lead decides about everything that is held back.
    pub fn settle_held(&mut self, accept: bool) {
        self.now_ms += 1_000;
        acknowledge::begin(&mut self.memory, self.now_ms).unwrap();
        let held: Vec<_> = self
            .memory
            .filed
            .values()
            .filter(|filed| filed.state == State::HeldBack)
            .cloned()
            .collect();
        for filed in held {
            if accept {
                settle::accept_held(&mut self.memory, &filed, None, "")
                    .unwrap()
                    .unwrap();
            } else {
                settle::discard(&mut self.memory, &filed, None, "")
                    .unwrap()
                    .unwrap();
            }
        }
    }

    /// A tablet that the office knows.
    pub fn tablet(&mut self) -> Tablet {
        self.tablets += 1;
        let device = DeviceId(Uuid::from_u128(100 + self.tablets));
        let row = DeviceRow {
            device,
            enrolment: self.enrolment,
            succeeds: None,
        };
        self.memory.add_device(&row).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(folder.path()).unwrap();
        let enrolment = Enrolment {
            server: "http://127.0.0.1:1".into(),
            campaign: CAMPAIGN,
            device,
            first_device: device,
            succeeds: None,
            people: vec![Person {
                person_id: self.person,
                name: "Ade Nugraha".into(),
                role: "canvasser".into(),
            }],
            name: "T-07".into(),
        };
        store
            .transaction(|tx| {
                meta::set_enrolment(tx, &enrolment)?;
                meta::set_token(tx, &Token("secret".into()))
            })
            .unwrap();
        Tablet { folder, store }
    }

    fn answer(&mut self, request: &Request) -> Answer {
        self.now_ms += 1_000;
        let head = acknowledge::begin(&mut self.memory, self.now_ms).unwrap();
        if self.memory.device(request.device).unwrap().is_none() {
            let row = DeviceRow {
                device: request.device,
                enrolment: self.enrolment,
                succeeds: request.succeeds,
            };
            self.memory.add_device(&row).unwrap();
        }
        let sender = Sender {
            enrolment: self.enrolment,
            people: if std::mem::take(&mut self.hold_next) {
                Vec::new()
            } else {
                vec![self.person]
            },
            server: false,
            rescue: self.rescue,
        };
        let moment = Moment {
            server_ms: head.last_ms,
            wall_ms: head.last_ms,
            clocks: request.clocks,
            read: None,
        };
        let acks = acknowledge::take(&mut self.memory, &sender, moment, &request.changes).unwrap();
        let own: HashSet<_> = acks
            .iter()
            .filter(|ack| ack.state == State::Accepted)
            .map(|ack| ack.name)
            .collect();
        let scope = pull::Scope {
            roles: Roles::CANVASSER,
            markets: self.markets.clone(),
        };
        let nothing = pull::Scope {
            roles: Roles::NONE,
            markets: Vec::new(),
        };
        let scope = if self.rescue { nothing } else { scope };
        let page = pull::page(
            &mut self.memory,
            &scope,
            self.enrolment,
            request.position.as_ref(),
            pull::Telling {
                page_records: self.page_records,
                own: &own,
                simple: false,
            },
        )
        .unwrap();
        let head = self.memory.head().unwrap();
        let mut answer = Answer {
            device: Some(request.device),
            epoch: head.epoch,
            position: page.position,
            more: page.more,
            server_ms: head.last_ms.max(self.now_ms),
            acks,
            settled: page.settled,
            records: page.records,
            left: page.left,
            fills: page.fills,
            conflicts: page.conflicts,
            elsewhere: page.elsewhere,
            digest: page.digest,
            ..Answer::default()
        };
        for row in self.memory.devices_of(self.enrolment).unwrap() {
            let high = self.memory.high_n(row.device).unwrap();
            answer.high_n.insert(row.device, high);
        }
        answer
    }
}

impl Line for Office {
    fn carry(&mut self, request: &Request) -> Result<Carried, Refused> {
        self.requests.push(request.clone());
        let mut answer = self.answer(request);
        if self.lose_answers > 0 {
            self.lose_answers -= 1;
            return Err(TabletError::sync(SyncFault::Cut, "lost on the way").into());
        }
        if let Some(tamper) = self.tamper {
            tamper(&mut answer);
        }
        Ok(Carried {
            answer,
            update_needed: false,
            bytes_up: 0,
            bytes_down: 0,
        })
    }
}

/// A tablet in a temporary folder.
pub struct Tablet {
    pub folder: TempDir,
    pub store: Store,
}

impl Tablet {
    pub fn sync(&mut self, office: &mut Office) -> SyncResult {
        run_over(&mut self.store, office).unwrap()
    }

    pub fn try_sync(&mut self, office: &mut Office) -> &'static str {
        run_over(&mut self.store, office).map_or_else(|error| error.code(), |_| "ok")
    }

    /// Closed and opened again, as after a kill.
    pub fn reopened(self) -> Self {
        let Self { folder, store } = self;
        drop(store);
        let store = Store::open(folder.path()).unwrap();
        Self { folder, store }
    }

    /// The whole folder copied, as a cloning tool would.
    pub fn copied(self) -> (Self, Self) {
        let Self { folder, store } = self;
        drop(store);
        let copy = tempfile::tempdir().unwrap();
        for entry in std::fs::read_dir(folder.path()).unwrap().flatten() {
            std::fs::copy(entry.path(), copy.path().join(entry.file_name())).unwrap();
        }
        let open = |folder: TempDir| Self {
            store: Store::open(folder.path()).unwrap(),
            folder,
        };
        (open(folder), open(copy))
    }
}

/// A tablet with this many traders of one market, its first fill behind it.
pub fn ready(traders: u128) -> (Office, Tablet, Vec<Uuid>) {
    let mut office = Office::new();
    let ids = (1..=traders)
        .map(|n| office.trader(n, "KNM", &format!("Pedagang {n}")))
        .collect();
    let mut tablet = office.tablet();
    assert!(tablet.sync(&mut office).same_as_server);
    (office, tablet, ids)
}

/// The same with one trader.
pub fn ready_with_one() -> (Office, Tablet, Uuid) {
    let (office, tablet, traders) = ready(1);
    (office, tablet, traders[0])
}
