//! The shapes that travel between tablet and server, before they are put into JSON or the compact form.

use crate::change::{Change, ChangeName, Seen};
use crate::digest::Sum;
use crate::id::{DeviceId, PersonId};
use crate::register::{RecordKey, Register};
use crate::stamp::{Clocks, Stamp};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The home of what belongs to the whole campaign; markets are homes under their code.
pub const CAMPAIGN_HOME: &str = "*";

/// Protocol numbers: a dated diary.
///
/// * 0 (before the first release): JSON only, without chain or digest. Its changes are still taken, then it hears 426.
/// * 1 (2026-11): the first release.
/// * 2 (2026-11): records carry their home; conflicts are left out where nothing changed; the last page tells of own visits
///   elsewhere.
pub const PROTOCOL: u32 = 2;
/// The oldest that is served.
pub const PROTOCOL_MIN: u32 = 1;

/// How far a tablet has read one home.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cursor {
    /// Everything up to here was held when this round of pages began; 0 during a first fill.
    pub base: u64,
    /// Last row taken: its place in the order …
    pub seq: u64,
    /// … and its number within that place; `u64::MAX` when the round is complete.
    pub row: u64,
}

impl Cursor {
    pub fn complete(seq: u64) -> Self {
        Self {
            base: seq,
            seq,
            row: u64::MAX,
        }
    }

    pub fn is_complete(&self) -> bool {
        self.row == u64::MAX
    }
}

/// How far a tablet has read everything.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Position {
    pub epoch: Uuid,
    /// Roles for which it was read: another set of kinds means reading anew.
    pub roles: u8,
    pub homes: BTreeMap<String, Cursor>,
}

impl Position {
    /// The place up to which everything in scope has been read.
    pub fn read_so_far(&self) -> Seen {
        let seq = self.homes.values().map(|c| c.base).min().unwrap_or(0);
        Seen {
            epoch: self.epoch,
            seq,
        }
    }
}

/// What a tablet has recorded for a working day and how much of it still waits after this send, in visits.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// `YYYY-MM-DD`.
    pub date: String,
    pub recorded: u64,
    pub waiting: u64,
    pub closed: bool,
    /// The waiting visits by market and author.
    pub by: Vec<ReportPart>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportPart {
    pub market: String,
    pub author: PersonId,
    pub waiting: u64,
}

/// A change as it arrived.
#[derive(Debug, Clone, PartialEq)]
pub enum Offered {
    Whole(Change),
    /// Its name could be read, the rest could not; kept with the bytes it came with.
    Damaged {
        name: ChangeName,
        bytes: Vec<u8>,
    },
}

impl Offered {
    pub fn name(&self) -> ChangeName {
        match self {
            Self::Whole(change) => change.name(),
            Self::Damaged { name, .. } => *name,
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    pub protocol: u32,
    pub device: DeviceId,
    pub succeeds: Option<DeviceId>,
    pub position: Option<Position>,
    pub clocks: Clocks,
    pub reports: Vec<Report>,
    pub changes: Vec<Offered>,
    /// Largest `n` of `device` that the tablet believes acknowledged.
    pub acked_n: u64,
    /// Homes that are asked for anew because their digest was not the server's.
    pub repaired: u64,
    /// After a restore: what this tablet holds of others' changes and the server lacks, at most
    /// [`crate::limits::RECOVERED_CHANGES_MAX`] in one request.
    pub recovered: Vec<Change>,
}

/// What became of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    Accepted,
    HeldBack,
    /// Set aside by a named person.
    Discarded,
    /// A forked entry whose content arrived under another name.
    Superseded,
}

impl State {
    pub fn code(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::HeldBack => "held_back",
            Self::Discarded => "discarded",
            Self::Superseded => "superseded",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        [
            Self::Accepted,
            Self::HeldBack,
            Self::Discarded,
            Self::Superseded,
        ]
        .into_iter()
        .find(|s| s.code() == code)
    }
}

macro_rules! held_reasons {
    ($($name:ident => $code:literal),* $(,)?) => {
        /// Why a change is held back; the codes are those of the campaign's `held_reasons`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum HeldReason { $($name),* }

        impl HeldReason {
            pub const ALL: &[Self] = &[$(Self::$name),*];

            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code),* }
            }

            pub fn parse(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|reason| reason.code() == code)
            }
        }
    };
}

held_reasons! {
    ForkedDevice => "forked-device",
    DeviceMismatch => "device-mismatch",
    AuthorNotOnDevice => "author-not-on-device",
    OutOfScope => "out-of-scope",
    FieldNotAllowed => "field-not-allowed",
    UnknownKind => "unknown-kind",
    BadId => "bad-id",
    DependsOnHeld => "depends-on-held",
    TooLong => "too-long",
    AfterRevocation => "after-revocation",
    Recovered => "recovered",
    AfterClosing => "after-closing",
}

impl HeldReason {
    /// Whether the change came from somebody else than the device that it names.
    pub fn is_anothers(self) -> bool {
        matches!(self, Self::Recovered | Self::DeviceMismatch)
    }
}

/// The answer about one change, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ack {
    pub name: ChangeName,
    pub state: State,
    pub reason: Option<HeldReason>,
    /// The stamp that the server holds it under, where that differs from the one it was sent with.
    pub stamp: Option<Stamp>,
}

/// One record, or the changed fields of one, in an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct SentRecord {
    pub key: RecordKey,
    pub home: String,
    pub fields: BTreeMap<String, Register>,
}

/// Records of this home are part of a fill from nothing: what the tablet held there goes when the fill is complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fill {
    pub home: String,
    /// The fill begins with this answer: what came of an earlier, broken-off fill is void.
    pub begins: bool,
}

/// A record is no longer in this home. Where it is now, if the tablet may see it, that home's own rows tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    pub home: String,
    pub key: RecordKey,
}

/// A field with two values, neither of which had seen the other.
#[derive(Debug, Clone, PartialEq)]
pub struct SentConflict {
    pub key: RecordKey,
    pub field: String,
    /// The values that did not hold.
    pub lost: Vec<Register>,
}

/// A visit of the asking tablet that is in none of its homes, and that somebody else amended since. The tablet's books count
/// it still, and have to say what everybody's totals say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elsewhere {
    pub visit: Uuid,
    pub outcome: String,
    /// When it took place, Unix milliseconds.
    pub at_ms: i64,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Answer {
    /// The answer is about this device; a tablet ignores one that is about another.
    pub device: Option<DeviceId>,
    pub epoch: Uuid,
    pub position: Position,
    pub more: bool,
    pub server_ms: i64,
    /// Per device of the enrolment the highest `n` without a gap that the server holds.
    pub high_n: BTreeMap<DeviceId, u64>,
    pub acks: Vec<Ack>,
    pub settled: Vec<Ack>,
    pub fills: Vec<Fill>,
    pub records: Vec<SentRecord>,
    /// To be carried out before `records`: a record that moved within the scope comes again there.
    pub left: Vec<Left>,
    /// `None`: unchanged since the request's position.
    pub conflicts: Option<Vec<SentConflict>>,
    /// With the last page: all there are.
    pub elsewhere: Vec<Elsewhere>,
    /// With the last page: the sum of each home in scope.
    pub digest: Option<BTreeMap<String, Sum>>,
}
