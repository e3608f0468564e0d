//! `returned_page`: one visit that a lead sent back, with what is to be mended.

use super::parts::{Coded, Label, Who};
use serde::Serialize;
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ReturnedPage {
    #[cfg_attr(test, ts(type = "Id"))]
    pub return_id: Uuid,
    pub visit: ReturnedVisitLine,
    pub who: Who,
    pub by: Option<Lead>,
    pub at: Option<String>,
    pub reason_label: Option<Label>,
    pub reason_text: Option<String>,
    /// The fields in question, in the lead's order.
    pub fields: Vec<FieldToFix>,
    /// What stays as it is.
    pub others: Vec<OtherField>,
    /// Place among the open returns, from 1.
    pub index: u32,
    pub of: u32,
    /// Already answered.
    pub answered: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ReturnedVisitLine {
    #[cfg_attr(test, ts(type = "Id"))]
    pub id: Uuid,
    pub at: String,
    pub outcome: String,
    pub outcome_label: Label,
    pub follow_up_date: Option<String>,
    pub note: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Lead {
    pub name: String,
    pub role: Label,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum FieldKind {
    Step,
    Text,
    Choice,
    Date,
    Photo,
}

/// A field that the lead asks about. `field` is the name that `amend` takes; for a step it is `step.CODE`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct FieldToFix {
    pub field: String,
    pub label: Label,
    #[cfg_attr(test, ts(type = "unknown"))]
    pub value: serde_json::Value,
    pub kind: FieldKind,
    pub choices: Vec<Coded>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct OtherField {
    pub label: Label,
    pub value: Label,
}
