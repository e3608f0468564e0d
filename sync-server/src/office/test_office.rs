//! A small office for tests: a store in a temporary folder, the built-in campaign, people, and tablets that send.

use super::campaign;
use super::desk::Desk;
use super::error::OfficeError;
use super::people::{PersonInput, save};
use crate::clock;
use crate::data_dir::DataDir;
use crate::store::Registry;
use crate::store::rows::EnrolmentRow;
use crate::store::sqlite::open;
use crate::writer::once;
use grebeg_core::change::{Change, Hash, Patch, Seen};
use grebeg_core::id::{DeviceId, PersonId};
use grebeg_core::stamp::{Clocks, Stamp};
use grebeg_core::sync::access::Sender;
use grebeg_core::sync::acknowledge::{Moment, take};
use grebeg_core::sync::messages::{Ack, Offered};
use grebeg_core::sync::store::{DeviceRow, Store};
use grebeg_core::value::Value;
use rusqlite::Connection;
use uuid::Uuid;

/// Market in which everything happens, unless a test says otherwise.
pub const MARKET: &str = "KNM";

pub struct Office {
    pub data: DataDir,
    pub connection: Connection,
    _folder: tempfile::TempDir,
}

/// One person's tablet.
#[derive(Clone)]
pub struct Tablet {
    pub enrolment: Uuid,
    pub device: DeviceId,
    pub person: PersonId,
    n: u64,
    prev: Option<Hash>,
    /// What it says it has read; `None`: nothing.
    pub seen: Option<Seen>,
}

impl Office {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = DataDir::open(&folder.path().join("data")).unwrap();
        let mut connection = open(&data.store()).unwrap();
        let (name, entries) = campaign::entries_of("cirebon-2019").unwrap();
        once(&mut connection, |turn| {
            campaign::load(turn, &name, &entries, None)
        })
        .unwrap();
        Self {
            data,
            connection,
            _folder: folder,
        }
    }

    pub fn folder(&self) -> &std::path::Path {
        self._folder.path()
    }

    /// Opens the store anew, as after a restart.
    pub fn reopen(&mut self) {
        self.connection = open(&self.data.store()).unwrap();
    }

    pub fn try_as<T>(
        &mut self,
        by: Option<PersonId>,
        work: impl FnOnce(&mut Desk<'_>) -> Result<T, OfficeError>,
    ) -> Result<T, OfficeError> {
        let by = by.map(|p| p.to_string());
        once(&mut self.connection, |turn| {
            let mut desk = Desk::open(turn, None, by.as_deref())?;
            work(&mut desk)
        })
    }

    /// At the console.
    pub fn desk<T>(&mut self, work: impl FnOnce(&mut Desk<'_>) -> Result<T, OfficeError>) -> T {
        self.try_as(None, work).unwrap()
    }

    pub fn person(&mut self, name: &str, role: &str, markets: &[&str]) -> PersonId {
        let input = PersonInput {
            name: Some(name.to_owned()),
            role: Some(role.to_owned()),
            markets: Some(markets.iter().map(|m| (*m).to_owned()).collect()),
            ..PersonInput::default()
        };
        self.desk(|desk| save(desk, None, &input))
    }

    pub fn tablet(&mut self, person: PersonId) -> Tablet {
        let tablet = Tablet {
            enrolment: clock::random_uuid().unwrap(),
            device: DeviceId(clock::random_uuid().unwrap()),
            person,
            n: 0,
            prev: None,
            seen: None,
        };
        let row = EnrolmentRow {
            enrolment: tablet.enrolment,
            campaign: grebeg_core::id::CampaignId(Uuid::nil()),
            first_device: tablet.device,
            people: vec![person],
            device_name: "tablet".to_owned(),
            app_version: "0.1.0".to_owned(),
            enrolled_ms: clock::now_ms(),
            last_seen_ms: clock::now_ms(),
            contact: None,
            revoked_ms: None,
            revoked_why: None,
            rescue_until_ms: 0,
        };
        self.desk(|desk| {
            let row = EnrolmentRow {
                campaign: desk.row.campaign,
                ..row
            };
            desk.store.add_enrolment(
                &row,
                tablet
                    .enrolment
                    .as_bytes()
                    .repeat(2)
                    .as_slice()
                    .try_into()
                    .unwrap(),
            )?;
            Ok(desk.store.add_device(&DeviceRow {
                device: row.first_device,
                enrolment: row.enrolment,
                succeeds: None,
            })?)
        });
        tablet
    }

    /// Where the order stands, as a tablet that has just read everything says it.
    pub fn seen(&mut self) -> Seen {
        self.desk(|desk| {
            let head = desk.store.head()?;
            Ok(Seen {
                epoch: head.epoch,
                seq: head.seq,
            })
        })
    }
}

impl Tablet {
    /// Makes the next change; `at_ms` is the right time of it.
    pub fn change(&mut self, at_ms: i64, patches: Vec<Patch>) -> Change {
        self.n += 1;
        let change = Change {
            device: self.device,
            n: self.n,
            stamp: Stamp::at_ms(at_ms),
            clocks: Clocks {
                wall_ms: at_ms,
                boot: None,
                mono_ms: None,
            },
            author: self.person,
            seen: self.seen,
            prev: self.prev,
            salt: Some([7; 16]),
            patches,
        };
        self.prev = Some(change.hash());
        change
    }

    pub fn send(&mut self, office: &mut Office, at_ms: i64, patches: Vec<Patch>) -> Ack {
        let change = self.change(at_ms, patches);
        self.deliver(office, change)
    }

    pub fn deliver(&self, office: &mut Office, change: Change) -> Ack {
        let sender = Sender {
            enrolment: self.enrolment,
            people: vec![self.person],
            server: false,
            rescue: false,
        };
        let acks = office.desk(|desk| {
            let head = desk.store.head()?;
            let moment = moment(head.last_ms);
            Ok(take(
                &mut desk.store,
                &sender,
                moment,
                &[Offered::Whole(change)],
            )?)
        });
        acks.into_iter().next().unwrap()
    }
}

/// A new trader.
pub fn trader(name: &str, phone: &str) -> (Uuid, Patch) {
    let id = clock::random_uuid().unwrap();
    let fields = [
        ("name", Value::text(name)),
        ("market", Value::text(MARKET)),
        ("stall", Value::text("A-12")),
        ("phone", Value::text(phone)),
        ("commodity", Value::text("sandal")),
    ];
    (id, Patch::new("trader", id, fields))
}

/// A new visit.
pub fn visit(trader: Uuid, outcome: &str) -> (Uuid, Patch) {
    let id = clock::random_uuid().unwrap();
    let fields = [
        ("trader", Value::id(trader)),
        ("market", Value::text(MARKET)),
        ("outcome", Value::text(outcome)),
    ];
    (id, Patch::new("visit", id, fields))
}

/// A consent that answers those it follows.
pub fn consent(trader: Uuid, purpose: &str, yes: bool, follows: &[Uuid]) -> (Uuid, Patch) {
    let id = clock::random_uuid().unwrap();
    let purposes = Value::Map([(purpose.to_owned(), Value::Bool(yes))].into());
    let follows = follows.iter().map(|id| Value::id(*id)).collect();
    let fields = [
        ("trader", Value::id(trader)),
        ("purposes", purposes),
        ("follows", Value::List(follows)),
    ];
    (id, Patch::new("consent", id, fields))
}

/// The moment of an exchange whose tablet's clock is right.
pub fn moment(server_ms: i64) -> Moment {
    Moment {
        server_ms,
        wall_ms: server_ms,
        clocks: Clocks {
            wall_ms: server_ms,
            boot: None,
            mono_ms: None,
        },
        read: None,
    }
}
