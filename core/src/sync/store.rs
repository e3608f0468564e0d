//! All that the server's side of sync asks of a database, within one transaction on one campaign.
//!
//! Merge stays outside: a store keeps and finds, it decides nothing. SQLite, PostgreSQL and memory pass the same stories.

use super::messages::{HeldReason, State};
use crate::change::{ChangeName, Hash};
use crate::digest::Sum;
use crate::id::{CampaignId, DeviceId, PersonId};
use crate::register::{RecordKey, Register, Registers};
use crate::stamp::Stamp;
use uuid::Uuid;

/// Where the campaign's order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    pub campaign: CampaignId,
    pub epoch: Uuid,
    /// The last place given out.
    pub seq: u64,
    /// The last commit time; times strictly increase, also over clock steps and restarts. Unix milliseconds.
    pub last_ms: i64,
    /// Place of the last change to the list of conflicts.
    pub conflict_seq: u64,
    /// The server's own device in this epoch.
    pub device: DeviceId,
}

/// An epoch of the past and the place where the next one branched off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PastEpoch {
    pub epoch: Uuid,
    pub branch_seq: u64,
}

/// A record as it is kept.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Stored {
    /// Number of the row, given by the store at the first save (0 before).
    pub row: u64,
    pub home: String,
    /// The trader on whose home this record's home depends; of a record that came before its visit, that visit.
    pub owner: Option<Uuid>,
    /// Place at which it came into its home.
    pub scope_seq: u64,
    /// The greater of the last field's place and `scope_seq`.
    pub ord: u64,
    pub registers: Registers,
}

/// A change as it is filed.
#[derive(Debug, Clone, PartialEq)]
pub struct Filed {
    pub name: ChangeName,
    pub hash: Hash,
    /// It holds its number in the device's chain; a forked or foreign one does not.
    pub in_chain: bool,
    pub state: State,
    pub reason: Option<HeldReason>,
    /// The stamp it is held under, and the one it came with.
    pub stamp: Stamp,
    pub given_stamp: Stamp,
    /// Place in the order, once accepted.
    pub seq: u64,
    /// Place at which a held change was decided about; 0 while nothing was.
    pub settled_seq: u64,
    pub received_ms: i64,
    pub content_hash: Hash,
    /// The stored form of the change, or the bytes of a damaged one.
    pub bytes: Vec<u8>,
    pub author: Option<PersonId>,
    /// The visit that this change creates, and what totals need of it.
    pub visit: Option<FiledVisit>,
    /// Records that it patches; needed when it is filed first, empty when read back.
    pub touches: Vec<RecordKey>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FiledVisit {
    pub visit: Uuid,
    pub trader: Option<Uuid>,
    pub market: String,
}

/// A write that a conflict is about.
#[derive(Debug, Clone, PartialEq)]
pub struct Sibling {
    pub register: Register,
}

/// A field of a record with the writes that have not seen each other.
pub type OpenConflict = (RecordKey, String, Vec<Sibling>);

/// A device and what it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceRow {
    pub device: DeviceId,
    pub enrolment: Uuid,
    pub succeeds: Option<DeviceId>,
}

/// See the module.
pub trait Store {
    type Error;

    fn head(&mut self) -> Result<Head, Self::Error>;
    fn set_head(&mut self, head: &Head) -> Result<(), Self::Error>;
    fn past_epochs(&mut self) -> Result<Vec<PastEpoch>, Self::Error>;

    fn record(&mut self, key: &RecordKey) -> Result<Option<Stored>, Self::Error>;
    /// Saves and returns the row number.
    fn save_record(&mut self, key: &RecordKey, stored: &Stored) -> Result<u64, Self::Error>;
    /// All records whose home hangs on this trader, or on this visit that has not come yet.
    fn hanging_on(&mut self, owner: Uuid) -> Result<Vec<(RecordKey, Stored)>, Self::Error>;
    /// All records of a kind, in the order of ids. For the small kinds: people, markets, definitions.
    fn records_of_kind(&mut self, kind: &str) -> Result<Vec<(RecordKey, Stored)>, Self::Error>;
    /// Records of a home in reading order after (seq, row), only of `kinds`, at most `limit`.
    fn rows_after(
        &mut self,
        home: &str,
        kinds: &[&str],
        after: (u64, u64),
        limit: usize,
    ) -> Result<Vec<(RecordKey, Stored)>, Self::Error>;

    fn add_left(&mut self, home: &str, key: &RecordKey, seq: u64) -> Result<(), Self::Error>;
    /// In the order of places, then of keys.
    fn left_after(&mut self, home: &str, seq: u64) -> Result<Vec<RecordKey>, Self::Error>;

    /// Homes in which a record was at `seq` or later, the present one included.
    fn homes_since(&mut self, key: &RecordKey, seq: u64) -> Result<Vec<String>, Self::Error>;
    /// Markets that a person held at `seq` or later.
    fn markets_since(&mut self, person: PersonId, seq: u64) -> Result<Vec<String>, Self::Error>;
    fn set_markets(
        &mut self,
        person: PersonId,
        markets: &[String],
        seq: u64,
    ) -> Result<(), Self::Error>;

    /// The sum of a home's records of one readership.
    fn digest(&mut self, home: &str, readers: u8) -> Result<Sum, Self::Error>;
    fn set_digest(&mut self, home: &str, readers: u8, sum: Sum) -> Result<(), Self::Error>;

    /// Everything filed under a name, the one in the chain first, then in the order of filing.
    fn filed(&mut self, name: ChangeName) -> Result<Vec<Filed>, Self::Error>;
    /// Files a change or its new state; a change of state is also an event with `at_ms`.
    fn file(
        &mut self,
        filed: &Filed,
        at_ms: i64,
        by: Option<PersonId>,
        why: &str,
    ) -> Result<(), Self::Error>;
    /// The stored bytes anew, after values were taken out of them.
    fn refile_bytes(
        &mut self,
        name: ChangeName,
        hash: &Hash,
        bytes: &[u8],
    ) -> Result<(), Self::Error>;
    /// Everything filed of one content, under whatever names. `key`: a record that it patches; what is filed about that is
    /// looked through.
    fn filed_with_content(
        &mut self,
        content_hash: &Hash,
        key: &RecordKey,
    ) -> Result<Vec<Filed>, Self::Error>;
    /// Changes that patch a record, accepted or held, for history and for taking values out.
    fn changes_touching(&mut self, key: &RecordKey) -> Result<Vec<Filed>, Self::Error>;
    fn high_n(&mut self, device: DeviceId) -> Result<u64, Self::Error>;
    /// Commit time of the last change at or before a place.
    fn commit_ms_at(&mut self, seq: u64) -> Result<i64, Self::Error>;
    /// What was decided since about changes that this enrolment sent and that were held back; not what others sent in its
    /// name ([`HeldReason::is_anothers`]). In the order of places, then of filing.
    ///
    /// [`HeldReason::is_anothers`]: super::messages::HeldReason::is_anothers
    fn settled_after(&mut self, enrolment: Uuid, seq: u64) -> Result<Vec<Filed>, Self::Error>;

    /// Visits that accepted changes of this enrolment's devices created and that are in none of `homes`, in the order of ids.
    fn own_visits_elsewhere(
        &mut self,
        enrolment: Uuid,
        homes: &[String],
    ) -> Result<Vec<(RecordKey, Stored)>, Self::Error>;

    /// What a held change waits for; an empty list clears it.
    fn set_waits_for(&mut self, filed: &Filed, keys: &[RecordKey]) -> Result<(), Self::Error>;
    /// Held changes that wait for a record, in the order of filing.
    fn waiting_for(&mut self, key: &RecordKey) -> Result<Vec<Filed>, Self::Error>;
    /// A record whose creation is held back, by the held change's name.
    fn creation_held(&mut self, key: &RecordKey) -> Result<bool, Self::Error>;

    fn siblings(&mut self, key: &RecordKey, field: &str) -> Result<Vec<Sibling>, Self::Error>;
    fn set_siblings(
        &mut self,
        key: &RecordKey,
        field: &str,
        siblings: &[Sibling],
    ) -> Result<(), Self::Error>;
    fn conflicts_in(&mut self, homes: &[String]) -> Result<Vec<OpenConflict>, Self::Error>;

    /// Whether an erasure of before a restore took this record, which is not here (again) yet.
    fn erased_ahead(&mut self, key: &RecordKey) -> Result<bool, Self::Error>;
    fn erase_ahead(&mut self, key: &RecordKey) -> Result<(), Self::Error>;

    fn device(&mut self, device: DeviceId) -> Result<Option<DeviceRow>, Self::Error>;
    fn devices_of(&mut self, enrolment: Uuid) -> Result<Vec<DeviceRow>, Self::Error>;
    fn add_device(&mut self, row: &DeviceRow) -> Result<(), Self::Error>;
}
