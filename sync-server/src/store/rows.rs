//! Rows of the registry, as plain data.

use grebeg_core::change::{ChangeName, Hash};
use grebeg_core::id::{CampaignId, DeviceId, PersonId};
use grebeg_core::stamp::{Contact, Stamp};
use grebeg_core::sync::messages::{HeldReason, ReportPart, State};
use grebeg_core::sync::store::FiledVisit;
use std::collections::BTreeMap;
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq)]
pub struct CampaignRow {
    pub campaign: CampaignId,
    /// `CRB-2019`.
    pub code: String,
    /// `cirebon-2019`.
    pub definition_name: String,
    /// Secret of the pseudonyms in exports.
    pub export_key: [u8; 32],
}

#[derive(Debug, Clone, PartialEq)]
pub struct EnrolmentRow {
    pub enrolment: Uuid,
    pub campaign: CampaignId,
    pub first_device: DeviceId,
    pub people: Vec<PersonId>,
    pub device_name: String,
    pub app_version: String,
    pub enrolled_ms: i64,
    pub last_seen_ms: i64,
    /// The clocks of the last exchange; `None` before the first.
    pub contact: Option<Contact>,
    pub revoked_ms: Option<i64>,
    pub revoked_why: Option<String>,
    /// Until when a revoked tablet may hand in what it still holds; 0: not at all.
    pub rescue_until_ms: i64,
}

impl EnrolmentRow {
    /// Stopped, and no rescue is open.
    pub fn is_shut(&self, now_ms: i64) -> bool {
        self.revoked_ms.is_some() && self.rescue_until_ms <= now_ms
    }
}

/// An enrolment code as it is kept: hashes only.
#[derive(Debug, Clone, PartialEq)]
pub struct CodeRow {
    pub no: i64,
    pub campaign: CampaignId,
    pub people: Vec<PersonId>,
    pub spoken_hash: [u8; 32],
    pub spoken_until_ms: i64,
    pub spoken_wrong: u32,
    pub qr_hash: [u8; 32],
    pub qr_until_ms: i64,
    pub used_ms: Option<i64>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct NewCode {
    pub people: Vec<PersonId>,
    pub spoken_name: String,
    pub spoken_hash: [u8; 32],
    pub spoken_until_ms: i64,
    pub qr_hash: [u8; 32],
    pub qr_until_ms: i64,
}

#[derive(Debug, Clone, PartialEq)]
pub struct ReportRow {
    pub enrolment: Uuid,
    pub date: String,
    pub recorded: u64,
    pub waiting: u64,
    pub closed: bool,
    pub parts: Vec<ReportPart>,
    pub at_ms: i64,
}

/// A change that creates a visit, without its content.
#[derive(Debug, Clone, PartialEq)]
pub struct VisitRow {
    pub name: ChangeName,
    pub hash: Hash,
    pub state: State,
    pub stamp: Stamp,
    pub given_stamp: Stamp,
    /// Place in the order; 0 where it is not accepted.
    pub seq: u64,
    pub received_ms: i64,
    pub author: Option<PersonId>,
    /// Others offered it back after a restore: it stands for the visit only until its own tablet has sent it.
    pub offered_back: bool,
    pub visit: FiledVisit,
}

/// A market in a person's hands, from one place of the order to another.
#[derive(Debug, Clone, PartialEq)]
pub struct HeldMarket {
    pub person: PersonId,
    pub market: String,
    pub from_seq: u64,
    pub from_ms: i64,
    /// Place and commit time at which it was taken away; `None` while it is held.
    pub until: Option<(u64, i64)>,
}

/// One change of state of a change that was held back at some time.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    pub at_ms: i64,
    pub name: ChangeName,
    pub hash: Hash,
    pub state: State,
    pub reason: Option<HeldReason>,
    pub by: Option<PersonId>,
    pub why: String,
}

#[derive(Debug, Clone, PartialEq)]
pub struct AuditLine {
    pub at_ms: i64,
    pub who: String,
    pub what: String,
    pub detail: String,
}

/// What a register said last about a trader, as keyed hashes.
#[derive(Debug, Clone, PartialEq)]
pub struct RegisterValue {
    pub trader: Uuid,
    /// Of market, stall and name in their normal forms.
    pub match_key: [u8; 16],
    /// Field to the mark of its value.
    pub marks: BTreeMap<String, String>,
}
