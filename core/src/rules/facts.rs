//! What the rules need to know of one trader, taken from the records by whoever holds them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::Value;
use uuid::Uuid;

use crate::definition::Definition;

/// Answers or check fields by question code.
pub type Answers = BTreeMap<String, Value>;

/// One trader as the rules see it: the records of all its merged parts together.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    /// The record exists, is not erased, not merged away and not a duplicate.
    pub live: bool,
    /// When the record was made, in UTC milliseconds, and its working day.
    pub listed_at_ms: i64,
    pub listed_on: NaiveDate,
    pub visits: Vec<VisitFact>,
    pub steps: Vec<StepFact>,
    pub consents: Vec<ConsentFact>,
    /// Code of the main goods group, if known.
    pub commodity: Option<String>,
}

impl Facts {
    /// Leaves only what had happened by a working day, as known now.
    ///
    /// Work can be older than the record that it was entered for: the trader is there from the earlier of the two on.
    pub fn until(&mut self, day: NaiveDate) {
        self.visits.retain(|visit| visit.day <= day);
        self.steps.retain(|step| step.day <= day);
        self.consents.retain(|consent| consent.day <= day);
        let nothing = self.visits.is_empty() && self.steps.is_empty() && self.consents.is_empty();
        self.live &= self.listed_on <= day || !nothing;
    }
}

/// A visit that counts or is voided (by its outcome).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct VisitFact {
    pub id: Uuid,
    /// Corrected time in UTC milliseconds.
    pub at_ms: i64,
    /// Working day.
    pub day: NaiveDate,
    pub outcome: String,
    pub answers: Answers,
    /// Fields of a day 7/14/30 check; empty when there was none.
    pub check: Answers,
    pub author: Uuid,
    pub device: Uuid,
}

/// The present state of one step.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StepFact {
    pub code: String,
    /// `terbuka`, `selesai` or `tidak_perlu`.
    pub state: String,
    /// The trader had it before the campaign.
    pub before_campaign: bool,
    pub at_ms: i64,
    /// Working day.
    pub day: NaiveDate,
    pub has_evidence: bool,
}

impl StepFact {
    /// Whether it is done; "not needed" is not done.
    pub fn is_done(&self) -> bool {
        self.state == "selesai"
    }
}

/// One consent record.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ConsentFact {
    pub id: Uuid,
    /// Yes or no by purpose.
    pub purposes: BTreeMap<String, bool>,
    /// The consent records that this one answers.
    pub follows: Vec<Uuid>,
    pub at_ms: i64,
    /// Working day.
    pub day: NaiveDate,
}

/// The visits that count, oldest first; ties by id, so that every device sees the same order.
pub fn counted_visits<'a>(definition: &Definition, visits: &'a [VisitFact]) -> Vec<&'a VisitFact> {
    let mut counted: Vec<&VisitFact> = visits
        .iter()
        .filter(|visit| !definition.is_void(&visit.outcome))
        .collect();
    counted.sort_by_key(|visit| (visit.at_ms, visit.id));
    counted
}

/// The latest answer to each question over all visits that count.
pub fn latest_answers(definition: &Definition, visits: &[VisitFact]) -> Answers {
    let mut latest = Answers::new();
    for visit in counted_visits(definition, visits) {
        for (question, answer) in &visit.answers {
            if !is_empty(answer) {
                latest.insert(question.clone(), answer.clone());
            }
        }
    }
    latest
}

/// Whether an answer says nothing.
pub fn is_empty(answer: &Value) -> bool {
    match answer {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        _ => false,
    }
}

#[cfg(test)]
#[path = "facts_tests.rs"]
mod tests;
