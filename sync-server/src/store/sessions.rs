//! What is kept of people who are signed in, and the mark by which a page learns that something changed.

use grebeg_core::id::{CampaignId, PersonId};
use uuid::Uuid;

/// SHA-256 of the cookie's value.
pub type TokenHash = [u8; 32];

#[derive(Debug, Clone, PartialEq)]
pub struct SessionRow {
    pub campaign: CampaignId,
    pub person: PersonId,
    pub login: String,
    /// Code of the role at sign-in.
    pub role: String,
    pub started_ms: i64,
    pub seen_ms: i64,
}

/// Equal marks: nothing that a page of the campaign shows has changed between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    pub epoch: Uuid,
    pub seq: u64,
    /// Conflicts, reports of tablets, decisions about held-back changes, tablets, stopped tablets.
    pub others: [i64; 5],
}

/// Sessions stand beside the campaigns: a cookie is looked up before it is known whose it is.
pub trait Sessions {
    type Error;
    fn add_session(&mut self, hash: &TokenHash, row: &SessionRow) -> Result<(), Self::Error>;
    fn session(&mut self, hash: &TokenHash) -> Result<Option<SessionRow>, Self::Error>;
    fn session_seen(&mut self, hash: &TokenHash, now_ms: i64) -> Result<(), Self::Error>;
    /// Whether there was one.
    fn end_session(&mut self, hash: &TokenHash) -> Result<bool, Self::Error>;
    /// Forgets those last seen, or started, before these instants.
    fn clear_sessions(
        &mut self,
        seen_before_ms: i64,
        started_before_ms: i64,
    ) -> Result<(), Self::Error>;
    /// `None` for a campaign that is not here.
    fn mark(&mut self, campaign: CampaignId) -> Result<Option<Mark>, Self::Error>;
}
