//! `session`, `set_pin`, `unlock`, `lock`: who is at the tablet. Works before the enrolment, locked, and on a revoked tablet.

use super::parts::{Label, SyncState};
use super::settings::Settings;
use super::status::ClockReply;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Six digits; they never show themselves.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pin(pub String);

impl std::fmt::Debug for Pin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pin(…)")
    }
}

/// What the first page needs to know.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SessionReply {
    pub enrolled: bool,
    /// The office stopped this tablet: what was not sent is kept, the rest is gone.
    pub revoked: bool,
    /// The server no longer knows this tablet: it has to be enrolled again, and keeps everything.
    pub unknown_device: bool,
    /// Changes that the server does not have yet.
    pub unsent: u64,
    pub campaign: Option<CampaignName>,
    pub tablet_name: Option<String>,
    /// The server's address, as it was typed at the enrolment.
    pub server: Option<String>,
    pub people: Vec<TabletPerson>,
    /// Who is unlocked.
    #[cfg_attr(test, ts(type = "Id | null"))]
    pub active: Option<Uuid>,
    pub first_fill_complete: bool,
    pub settings: Settings,
    pub sync: SyncState,
    pub clock: ClockReply,
    /// What was mended in the tablet's own files since somebody last looked into it (`doctor --repair`).
    pub mended: Option<Mended>,
    pub app_version: String,
}

/// Damage that was noticed and mended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Mended {
    pub times: u64,
    /// Changes that came back from the sealed copy.
    pub changes: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CampaignName {
    pub name: Label,
    pub city: String,
    /// A campaign for practice: nothing of it counts.
    pub rehearsal: bool,
}

/// A person who shares this tablet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TabletPerson {
    #[cfg_attr(test, ts(type = "Id"))]
    pub person_id: Uuid,
    pub name: String,
    pub role: String,
    /// Names of the person's markets.
    pub markets: Vec<String>,
    pub has_pin: bool,
    /// This person's changes that wait.
    pub waiting: u64,
    /// Seconds until the next try of a PIN is taken; 0: now.
    pub pin_wait_s: u64,
    /// Tries until the next pause.
    pub pin_tries_left: u32,
    /// Ten wrong PINs: this person waits for a lead.
    pub needs_lead: bool,
}
