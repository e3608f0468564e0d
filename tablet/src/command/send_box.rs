//! `send_box`: what is sent, what waits, what a person has to mend.

use super::parts::{Label, SyncState, Who};
use crate::store::view::Books;
use serde::Serialize;
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SendBox {
    /// Visits of this working day.
    pub books_today: Books,
    pub fix: Vec<ToFix>,
    /// Newest first.
    pub waiting: Vec<WaitingLine>,
    /// One line for each exchange of this working day that carried something, newest first.
    pub sent_today: Vec<SentBatch>,
    /// Bytes that would go over the line now, about.
    pub bytes_waiting: u64,
    pub last_sync_at: Option<String>,
    pub sync: SyncState,
}

/// Something that a person has to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum ToFix {
    /// The server keeps a change and does not count it.
    Held {
        n: u64,
        at: String,
        who: Who,
        what: Label,
        reason: String,
        reason_label: Label,
    },
    /// A lead sent a visit back.
    Returned {
        #[cfg_attr(test, ts(type = "Id"))]
        visit_id: Uuid,
        #[cfg_attr(test, ts(type = "Id"))]
        return_id: Uuid,
        who: Who,
        by: Option<String>,
        reason_label: Option<Label>,
        reason_text: Option<String>,
        at: Option<String>,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct WaitingLine {
    pub n: u64,
    pub at: String,
    pub who: Who,
    pub what: Label,
    pub icon: WaitingIcon,
    pub steps: u32,
    /// Recorded by the person who looks.
    pub mine: bool,
    /// Who recorded it, where that is somebody else.
    pub by: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum WaitingIcon {
    Taught,
    Visit,
    Appointment,
    Away,
    Closed,
    Refused,
    Moved,
    NewTrader,
    Trader,
    Consent,
    Correction,
    Undone,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SentBatch {
    pub at: String,
    pub count: u32,
    /// The day's code as it was after this exchange; null while something waited.
    pub receipt: Option<String>,
    pub same_as_server: bool,
}
