//! What the server keeps. [`Registry`] is beside [`grebeg_core::sync::store::Store`]: tablets, codes, reports, log-ins, the log.
//!
//! Both are narrow: a store keeps and finds, it decides nothing. Every statement is a file under `sql/`.

pub mod kept;
pub mod rows;
pub mod sessions;
pub mod sqlite;

use grebeg_core::id::{CampaignId, DeviceId, PersonId};
use grebeg_core::register::RecordKey;
use grebeg_core::stamp::Contact;
use grebeg_core::sync::messages::State;
use grebeg_core::sync::store::{Filed, Sibling, Store, Stored};
use rows::{
    AuditLine, CampaignRow, CodeRow, EnrolmentRow, Event, HeldMarket, NewCode, RegisterValue,
    ReportRow, VisitRow,
};
use uuid::Uuid;

/// Everything that the office needs of a store besides the records' own.
pub trait Registry: Store {
    fn campaign(&self) -> CampaignId;
    fn past_epoch_add(&mut self, epoch: Uuid, branch_seq: u64) -> Result<(), Self::Error>;

    fn all_records(&mut self) -> Result<Vec<(RecordKey, Stored)>, Self::Error>;
    /// Traders that are or were merged into another.
    fn merged_traders(&mut self) -> Result<Vec<(RecordKey, Stored)>, Self::Error>;
    /// Accepted changes after a place, in order.
    fn changes_in_order(&mut self, after_seq: u64) -> Result<Vec<Filed>, Self::Error>;
    /// Changes that are in a state other than accepted.
    fn changes_in_state(&mut self, state: State) -> Result<Vec<Filed>, Self::Error>;
    /// Changes that were held back at some time, whatever they are now.
    fn changes_once_held(&mut self) -> Result<Vec<Filed>, Self::Error>;
    /// Changes that create a visit, in whatever state.
    fn filed_visits(&mut self) -> Result<Vec<VisitRow>, Self::Error>;
    /// The last place that was committed at or before an instant.
    fn seq_at(&mut self, at_ms: i64) -> Result<u64, Self::Error>;
    /// The latest instant up to `at_ms` at which anything came that totals look at, Unix milliseconds; 0 before all.
    fn known_ms(&mut self, at_ms: i64) -> Result<i64, Self::Error>;
    /// Who held which market from when to when.
    fn held_markets(&mut self) -> Result<Vec<HeldMarket>, Self::Error>;
    fn events(&mut self) -> Result<Vec<Event>, Self::Error>;
    fn all_siblings(&mut self) -> Result<Vec<(RecordKey, String, Sibling)>, Self::Error>;

    fn add_enrolment(
        &mut self,
        row: &EnrolmentRow,
        token_hash: &[u8; 32],
    ) -> Result<(), Self::Error>;
    fn enrolment(&mut self, enrolment: Uuid) -> Result<Option<EnrolmentRow>, Self::Error>;
    /// SHA-256 of its bearer token.
    fn token_hash(&mut self, enrolment: Uuid) -> Result<Option<[u8; 32]>, Self::Error>;
    fn enrolments(&mut self) -> Result<Vec<EnrolmentRow>, Self::Error>;
    /// An exchange took place.
    fn enrolment_seen(&mut self, enrolment: Uuid, contact: &Contact) -> Result<(), Self::Error>;
    fn revoke(&mut self, enrolment: Uuid, now_ms: i64, why: &str) -> Result<(), Self::Error>;
    /// Until when a revoked tablet may hand in what it still holds; 0 ends it.
    fn set_rescue(&mut self, enrolment: Uuid, until_ms: i64) -> Result<(), Self::Error>;
    fn add_code(&mut self, code: &NewCode) -> Result<(), Self::Error>;
    fn use_code(&mut self, no: i64, now_ms: i64) -> Result<(), Self::Error>;

    /// Keeps what a tablet says of a day, unless it says the same as the last time.
    fn add_report(&mut self, row: &ReportRow) -> Result<(), Self::Error>;
    fn reports_until(&mut self, until_ms: i64) -> Result<Vec<ReportRow>, Self::Error>;

    fn set_login(
        &mut self,
        login: &str,
        person: PersonId,
        password_hash: &str,
    ) -> Result<(), Self::Error>;
    fn audit(&mut self, at_ms: i64, who: &str, what: &str, detail: &str)
    -> Result<(), Self::Error>;
    fn audits(&mut self) -> Result<Vec<AuditLine>, Self::Error>;

    /// What a register said last, by trader.
    fn register_values(&mut self, register: &str) -> Result<Vec<RegisterValue>, Self::Error>;
    fn register_value(
        &mut self,
        register: &str,
        trader: Uuid,
    ) -> Result<Option<RegisterValue>, Self::Error>;
    fn put_register_value(
        &mut self,
        register: &str,
        value: &RegisterValue,
    ) -> Result<(), Self::Error>;
    /// Forgets what any register said about a trader.
    fn forget_register_values(&mut self, trader: Uuid) -> Result<(), Self::Error>;
}

/// What is asked before it is known which campaign a request belongs to.
pub trait Directory {
    type Error;
    fn campaigns(&mut self) -> Result<Vec<CampaignRow>, Self::Error>;
    fn add_campaign(
        &mut self,
        row: &CampaignRow,
        epoch: Uuid,
        device: DeviceId,
    ) -> Result<(), Self::Error>;
    fn rename_campaign(&mut self, row: &CampaignRow) -> Result<(), Self::Error>;
    fn enrolment_by_token(
        &mut self,
        token_hash: &[u8; 32],
    ) -> Result<Option<EnrolmentRow>, Self::Error>;
    fn codes_named(&mut self, spoken_name: &str) -> Result<Vec<CodeRow>, Self::Error>;
    fn code_by_qr(&mut self, qr_hash: &[u8; 32]) -> Result<Option<CodeRow>, Self::Error>;
    fn wrong_code(&mut self, no: i64) -> Result<(), Self::Error>;
    fn login(&mut self, login: &str)
    -> Result<Option<(CampaignId, PersonId, String)>, Self::Error>;
}
