//! Real stores, played beside those in memory: each step is done on both, and what they answer and hold has to be the same.
//!
//! So the promises that are checked of the one hold of the other, and the first step at which they part is known.

use crate::office::{Fault, Refusal};
use grebeg_core::change::{Change, ChangeName, Hash, Patch};
use grebeg_core::id::{DeviceId, PersonId};
use grebeg_core::register::{RecordKey, Registers};
use grebeg_core::stamp::{Clocks, Contact, Stamp};
use grebeg_core::sync::memory::Memory;
use grebeg_core::sync::messages::{Answer, Position, Request, State};
use grebeg_core::sync::store::{DeviceRow, Filed, Head, PastEpoch, Stored};
use std::collections::BTreeMap;
use std::fmt::Debug;
use uuid::Uuid;

/// Characters that are shown of what differs, and of what is the same before it.
const SHOWN: usize = 600;
const SHOWN_BEFORE: usize = 300;

/// `Err`: the store failed, in words.
pub type Done<T> = Result<T, String>;

/// Makes them.
pub trait RealStores: Sync {
    fn server(&self, epoch: Uuid, device: DeviceId) -> Done<Box<dyn RealServer>>;
    fn tablet(&self, enrolled: &Enrolled) -> Done<Box<dyn RealTablet>>;
}

/// What an enrolment gives a tablet.
#[derive(Debug, Clone)]
pub struct Enrolled {
    pub enrolment: Uuid,
    pub device: DeviceId,
    pub people: Vec<PersonId>,
}

/// The server's real store. Times are the server's clock.
pub trait RealServer: Debug {
    fn enrol(&mut self, row: &DeviceRow, people: &[PersonId], now_ms: i64) -> Done<()>;
    fn exchange(&mut self, asked: &Exchange<'_>) -> Done<Result<Vec<u8>, Refusal>>;
    fn change(&mut self, now_ms: i64, salt: [u8; 16], patches: Vec<Patch>) -> Done<Filed>;
    fn decide(&mut self, now_ms: i64, held: &Filed, accept: bool) -> Done<bool>;
    fn stop(&mut self, enrolment: Uuid, now_ms: i64) -> Done<()>;
    fn rescue(&mut self, enrolment: Uuid) -> Done<()>;
    fn refile(&mut self, name: ChangeName, hash: &Hash, bytes: &[u8]) -> Done<()>;
    fn erase_ahead(&mut self, key: &RecordKey) -> Done<()>;
    fn back_up(&mut self) -> Done<()>;
    /// Puts the last but `behind` backup in place and begins an epoch; the later ones are no more.
    fn restore(&mut self, behind: usize, epoch: Uuid, device: DeviceId) -> Done<()>;
    fn holds(&mut self) -> Done<ServerHolds>;
    /// What the server's own check finds, the first of it.
    fn verify(&mut self) -> Done<Option<String>>;
    fn figures(&mut self, now_ms: i64) -> Done<Figures>;
    /// What it would hold once what refusals take is taken. Nothing of it stays.
    fn swept(&mut self, now_ms: i64) -> Done<ServerHolds>;
}

/// Counts of visits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub counted: u64,
    pub held_back: u64,
    pub set_aside: u64,
}

impl Tally {
    pub fn counted() -> Self {
        Self {
            counted: 1,
            ..Self::default()
        }
    }

    pub fn held_back() -> Self {
        Self {
            held_back: 1,
            ..Self::default()
        }
    }

    pub fn set_aside() -> Self {
        Self {
            set_aside: 1,
            ..Self::default()
        }
    }

    pub fn add(&mut self, other: &Self) {
        self.counted += other.counted;
        self.held_back += other.held_back;
        self.set_aside += other.set_aside;
    }
}

/// What the office says of visits; parts in which there is nothing are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    pub all: Tally,
    pub by_market: BTreeMap<String, Tally>,
    pub by_author: BTreeMap<String, Tally>,
    /// The same on the office's page.
    pub page: Tally,
    /// Rows of the file of visits.
    pub exported: u64,
}

/// One exchange as it reaches the server.
#[derive(Debug, Clone, Copy)]
pub struct Exchange<'m> {
    pub token: Uuid,
    pub message: &'m [u8],
    pub now_ms: i64,
    pub page_records: usize,
    pub fault: Fault,
}

/// All of a campaign that a server's store holds.
#[derive(Debug, Clone, PartialEq)]
pub struct ServerHolds {
    pub head: Head,
    pub past: Vec<PastEpoch>,
    pub records: BTreeMap<RecordKey, Stored>,
    pub filed: BTreeMap<(ChangeName, Hash), Filed>,
}

impl ServerHolds {
    pub fn of(memory: &Memory) -> Self {
        // Which records a change touches is only told when it is filed.
        let bare = |filed: &Filed| Filed {
            touches: Vec::new(),
            ..filed.clone()
        };
        let filed = memory.filed.iter();
        Self {
            head: memory.head,
            past: memory.past.clone(),
            records: memory.records.clone(),
            filed: filed.map(|(name, filed)| (*name, bare(filed))).collect(),
        }
    }

    pub fn difference(&self, real: &Self) -> Option<String> {
        differ("the head", &self.head, &real.head)
            .or_else(|| differ("past epochs", &self.past, &real.past))
            .or_else(|| differ_in("record", &self.records, &real.records))
            .or_else(|| differ_in("filed change", &self.filed, &real.filed))
    }
}

/// What the line did to a request of the real tablet.
#[derive(Debug)]
pub enum Heard {
    Nothing,
    /// Something came back that is no answer of ours.
    NotOurs,
    Refused(Refusal),
    Answer(Box<Answer>),
    /// The same, but the program is killed before what it says is on disk, or right after.
    Killed(Box<Answer>, Kill),
}

/// When the program is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kill {
    BeforeCommit,
    AfterCommit,
}

/// The line to the server, with all that a sync takes from outside.
pub trait Carrier {
    fn carry(&mut self, request: &Request) -> Heard;
    fn clocks(&mut self) -> Clocks;
    fn new_device(&mut self) -> DeviceId;
}

/// A tablet's real store.
pub trait RealTablet: Debug {
    /// Saves one action; the change that it became.
    fn save(
        &mut self,
        author: PersonId,
        clocks: Clocks,
        salt: [u8; 16],
        patches: Vec<Patch>,
    ) -> Done<Change>;
    /// One sync, as far as it comes.
    fn sync(&mut self, line: &mut dyn Carrier) -> Done<()>;
    fn enrol_again(&mut self, enrolled: &Enrolled) -> Done<()>;
    /// The disk as it is now, to come back to: a number.
    fn image(&mut self) -> Done<usize>;
    fn put_back(&mut self, image: usize) -> Done<()>;
    /// Another tablet with the same disk.
    fn copy(&self) -> Done<Box<dyn RealTablet>>;
    fn holds(&mut self) -> Done<TabletHolds>;
}

/// One of a tablet's own changes.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnHeld {
    pub change: Change,
    pub hash: Hash,
    pub said: Option<State>,
    /// Code of the reason.
    pub reason: Option<String>,
    pub unconfirmed: bool,
}

/// Records with the homes for which the server told them.
pub type Layer = BTreeMap<RecordKey, (String, Registers)>;

/// All that a tablet's store holds and sync is about.
#[derive(Debug, Clone, PartialEq)]
pub struct TabletHolds {
    pub device: DeviceId,
    pub succeeds: Option<DeviceId>,
    pub own: Vec<OwnHeld>,
    pub confirmed: Layer,
    pub fill: Layer,
    /// Homes of records that only its screen holds.
    pub screens: BTreeMap<RecordKey, String>,
    pub position: Option<Position>,
    pub contact: Option<Contact>,
    pub stamp: Stamp,
    pub recovered: Vec<Change>,
    pub locked: bool,
    pub unknown_device: bool,
}

impl TabletHolds {
    pub fn difference(&self, real: &Self) -> Option<String> {
        let name = |own: &OwnHeld| format!("{}/{}", own.change.n, own.change.device.0.simple());
        let names = |holds: &Self| holds.own.iter().map(name).collect::<Vec<_>>();
        let mut pairs = self.own.iter().zip(&real.own);
        differ("device", &self.device, &real.device)
            .or_else(|| differ("the device before", &self.succeeds, &real.succeeds))
            .or_else(|| differ("own changes", &names(self), &names(real)))
            .or_else(|| pairs.find_map(|(a, b)| differ("own change", a, b)))
            .or_else(|| differ_in("record", &self.confirmed, &real.confirmed))
            .or_else(|| differ_in("filled record", &self.fill, &real.fill))
            .or_else(|| differ_in("record of the screen", &self.screens, &real.screens))
            .or_else(|| differ("position", &self.position, &real.position))
            .or_else(|| differ("contact", &self.contact, &real.contact))
            .or_else(|| differ("stamp", &self.stamp, &real.stamp))
            .or_else(|| differ("offered back", &self.recovered, &real.recovered))
            .or_else(|| differ("lock", &self.locked, &real.locked))
            .or_else(|| differ("unknown", &self.unknown_device, &real.unknown_device))
    }
}

/// Both in words, from shortly before they differ on.
pub fn differ<T: PartialEq + Debug>(what: &str, memory: &T, real: &T) -> Option<String> {
    if memory == real {
        return None;
    }
    let (memory, real) = (format!("{memory:?}"), format!("{real:?}"));
    let same = memory.chars().zip(real.chars());
    let same = same.take_while(|(a, b)| a == b).count();
    let part = |words: &str| -> String {
        let part = words.chars().skip(same.saturating_sub(SHOWN_BEFORE));
        part.take(SHOWN).collect()
    };
    let (memory, real) = (part(&memory), part(&real));
    Some(format!(
        "{what}: in memory …{memory}…, in the real store …{real}…"
    ))
}

fn differ_in<K: Ord + Debug, V: PartialEq + Debug>(
    what: &str,
    memory: &BTreeMap<K, V>,
    real: &BTreeMap<K, V>,
) -> Option<String> {
    let mut keys = memory.keys().chain(real.keys());
    keys.find_map(|key| differ(&format!("{what} {key:?}"), &memory.get(key), &real.get(key)))
}
