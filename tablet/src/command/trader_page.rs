//! `trader_page`: one trader, with the way it has come and what is open.

use super::parts::{Coded, Label, MarketName, Sent};
use super::today::Tile;
use serde::Serialize;
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TraderPage {
    #[cfg_attr(test, ts(type = "Id"))]
    pub id: Uuid,
    pub name: Option<String>,
    pub nickname: Option<String>,
    pub stall: String,
    pub market: MarketName,
    /// The normalised number, for calling; null where none can be made of what was typed.
    pub phone: Option<String>,
    pub phone_typed: Option<String>,
    pub goods: Option<String>,
    pub goods_label: Option<Label>,
    pub stage: StageName,
    pub tile: Tile,
    /// All stages of the campaign, in order.
    pub stages: Vec<StageReached>,
    /// The trader gives no name.
    pub anonymous: bool,
    /// Refused to be recorded: name, phone and notes are not shown.
    pub withheld: bool,
    pub erased: bool,
    pub withdrawn: bool,
    pub channels: Vec<ChannelSteps>,
    /// Newest first.
    pub visits: Vec<VisitLine>,
    pub needs: Vec<NeedLine>,
    pub consent: Vec<ConsentLine>,
    pub conflicts: Vec<ConflictLine>,
    pub appointment: Option<Appointment>,
    /// Code of the first step that is open.
    pub next_step: Option<String>,
    /// The trader under whom this merged one is shown.
    #[cfg_attr(test, ts(type = "Id | null"))]
    pub shown_under: Option<Uuid>,
    /// A half-filled sheet of this person.
    pub has_draft: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct StageName {
    pub code: String,
    pub label: Label,
    #[cfg_attr(test, ts(type = "Layer"))]
    pub layer: u8,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct StageReached {
    pub code: String,
    pub label: Label,
    #[cfg_attr(test, ts(type = "Layer"))]
    pub layer: u8,
    /// This stage or a later one holds.
    pub reached: bool,
    /// Working day on which its own rule first held.
    pub at: Option<String>,
}

/// A channel's checklist, or preparation (`prep`) and training (`latih`), with what is done of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ChannelSteps {
    pub code: String,
    pub name: Label,
    pub done: u32,
    /// Steps that are not optional or are done.
    pub total: u32,
    /// Open for new traders, or this trader has begun it.
    pub on: bool,
    /// This trader has begun it.
    pub begun: bool,
    pub steps: Vec<StepLine>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct StepLine {
    pub code: String,
    pub label: Label,
    pub done: bool,
    /// `terbuka`, `selesai` or `tidak_perlu`.
    pub state: String,
    pub by: Option<String>,
    pub at: Option<String>,
    pub mine: bool,
    pub optional: bool,
    pub hint: Option<Label>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct VisitLine {
    #[cfg_attr(test, ts(type = "Id"))]
    pub id: Uuid,
    pub at: String,
    pub day: String,
    pub outcome: String,
    pub outcome_label: Label,
    pub by: Option<String>,
    pub mine: bool,
    pub note: Option<String>,
    pub steps: Vec<Label>,
    pub sent: Sent,
    pub void: bool,
    /// The open return of this visit, where the person can answer it.
    #[cfg_attr(test, ts(type = "Id | null"))]
    pub return_id: Option<Uuid>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct NeedLine {
    pub code: String,
    pub label: Label,
    pub state: String,
    pub state_label: Label,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum ConsentAnswer {
    NotAsked,
    Yes,
    No,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ConsentLine {
    pub purpose: String,
    pub label: Label,
    pub state: ConsentAnswer,
    pub at: Option<String>,
    pub method: Option<Coded>,
}

/// A field that two people filled in at once.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ConflictLine {
    pub kind: String,
    #[cfg_attr(test, ts(type = "Id"))]
    pub id: Uuid,
    pub field: String,
    pub label: Label,
    #[cfg_attr(test, ts(type = "unknown"))]
    pub kept: serde_json::Value,
    pub lost: Vec<LostValue>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LostValue {
    #[cfg_attr(test, ts(type = "unknown"))]
    pub value: serde_json::Value,
    pub at: String,
    pub by: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Appointment {
    pub date: String,
    /// `HH:MM`
    pub at: Option<String>,
    pub note: Option<String>,
}
