//! Small shapes that several screens share.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Words in both languages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Label {
    pub id: String,
    pub en: String,
}

impl Label {
    pub fn new(id: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            en: en.into(),
        }
    }

    /// Words that are the same in both languages: names, notes, codes.
    pub fn same(text: impl Into<String>) -> Self {
        let text = text.into();
        Self {
            en: text.clone(),
            id: text,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.id.is_empty() && self.en.is_empty()
    }
}

/// A code with its words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Coded {
    pub code: String,
    pub label: Label,
}

/// A market.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct MarketName {
    pub code: String,
    pub name: String,
}

/// A trader as a line names one; `name` is null where it must not be shown or is not known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Who {
    pub trader: Option<Uuid>,
    pub name: Option<String>,
    pub stall: String,
}

/// Where something recorded on this tablet stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
#[cfg_attr(test, ts(rename = "Sent"))]
pub enum SentState {
    /// Only here so far.
    Tablet,
    Sent,
    /// Held back by the server.
    Held,
    /// Returned by a lead and not answered yet.
    Returned,
}

/// What the tablet is doing about sending.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum SyncPhase {
    #[default]
    Idle,
    Sending,
    Failed,
}

/// Where sending stands; also the body of the event `sync`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SyncState {
    pub state: SyncPhase,
    /// RFC 3339: when the last exchange ended well.
    pub at: Option<String>,
    /// Code of why the last try failed: `offline`, `server_busy`, …
    pub code: Option<String>,
    /// Changes that wait.
    pub waiting: u64,
    /// RFC 3339: when the next try is due by itself.
    pub next_try_at: Option<String>,
    /// The last exchange ended with both sides the same.
    pub same_as_server: bool,
}

/// Nothing more to say than that it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Done {}
