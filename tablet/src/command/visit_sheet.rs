//! `visit_sheet` and `check_visit`: what a visit can be, and what is odd about one before it is saved.

use super::parts::{Coded, Label};
use super::trader_page::ChannelSteps;
use serde::Serialize;
use uuid::Uuid;

/// What the sheet offers. The time of an appointment is the answer `janji_jam` (`HH:MM`) beside `follow_up_date`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct VisitSheet {
    pub trader: SheetTrader,
    /// RFC 3339, corrected.
    pub now: String,
    pub outcomes: Vec<SheetOutcome>,
    pub topics: Vec<Topic>,
    pub channels: Vec<ChannelSteps>,
    pub reasons: Vec<SheetReason>,
    pub needs: Vec<Coded>,
    pub questions: Vec<Question>,
    /// Quick phrases for the note, which may also set an answer or a need.
    pub phrases: Vec<Phrase>,
    /// Days on which to come back: tomorrow and the six after it.
    pub days: Vec<SheetDay>,
    /// Whether the trader has answered whether it may be recorded.
    pub consent_asked: bool,
    /// The text that is read out.
    pub consent_text: Option<Label>,
    #[cfg_attr(test, ts(type = "unknown"))]
    pub draft: Option<serde_json::Value>,
    /// The visit that is to be corrected.
    pub amend: Option<AmendedVisit>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SheetTrader {
    #[cfg_attr(test, ts(type = "Id"))]
    pub id: Uuid,
    pub name: Option<String>,
    pub stall: String,
    pub goods: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SheetOutcome {
    pub code: String,
    pub label: Label,
    /// `bertemu`, `menolak`, `tidak_bertemu` or `lapak`.
    pub group: String,
    /// One of the six that stand on tiles.
    pub tile: bool,
    /// A tap saves.
    pub saves_at_once: bool,
    pub asks: Vec<String>,
    /// Days until the usual follow-up.
    pub follow_up_days: Option<i64>,
    pub taught: bool,
    pub contact: bool,
    /// What it does to the stall, such as `closed_now`.
    pub stall_effect: Option<String>,
}

/// A training topic; required ones are ticked with the outcome that teaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Topic {
    pub code: String,
    pub label: Label,
    pub required: bool,
    pub done: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SheetReason {
    pub code: String,
    pub label: Label,
    /// `menolak`, `tertunda`, `langkah`, `tidak_aktif`.
    pub used_for: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum QuestionKind {
    YesNo,
    Choice,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Question {
    pub code: String,
    pub label: Label,
    #[serde(rename = "type")]
    pub kind: QuestionKind,
    pub choices: Vec<Coded>,
    /// The latest answer: true, false or the code of a choice; null: nobody answered.
    #[cfg_attr(test, ts(type = "boolean | string | null"))]
    pub value: Option<serde_json::Value>,
    /// One of ability or willingness.
    pub about: QuestionAbout,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum QuestionAbout {
    Ability,
    Willingness,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Phrase {
    pub code: String,
    pub label: Label,
    /// The need that it also records.
    pub need: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum DayName {
    Tomorrow,
    DayAfter,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SheetDay {
    pub date: String,
    pub label: Option<DayName>,
}

/// A visit as it stands, for a sheet that corrects it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AmendedVisit {
    #[cfg_attr(test, ts(type = "Id"))]
    pub id: Uuid,
    pub at: String,
    pub outcome: String,
    pub note: Option<String>,
    pub reason: Option<String>,
    pub follow_up_date: Option<String>,
    #[cfg_attr(test, ts(type = "Record<string, unknown>"))]
    pub answers: serde_json::Value,
    /// Open returns of it.
    #[cfg_attr(test, ts(type = "Id[]"))]
    pub returns: Vec<Uuid>,
}

/// What is odd about a visit that is not saved yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CheckReply {
    pub warnings: Vec<Warning>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Warning {
    pub code: String,
    /// A step, question, channel or figure.
    pub about: String,
    pub label: Label,
}
