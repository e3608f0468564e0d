//! `outbox` and `returned`: what has not reached its end yet, with the reason in words.

use crate::error::Result;
use crate::store::own::{self, OwnChange};
use crate::store::{Store, meta, record};
use grebeg_core::definition::Definition;
use grebeg_core::register::Origin;
use grebeg_core::wire::json::time;
use serde::Serialize;
use uuid::Uuid;

/// A change that waits or is held back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct OutboxEntry {
    pub n: u64,
    pub at: String,
    pub summary: String,
    pub state: &'static str,
    /// Code of the reason of one that is held back, and its words.
    pub reason: Option<String>,
    pub reason_text: Option<String>,
}

/// A visit that a lead sent back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ReturnedVisit {
    pub visit_id: Uuid,
    pub return_id: Uuid,
    pub trader: Option<Uuid>,
    pub reason: Option<String>,
    pub reason_text: Option<String>,
    pub by: Option<Uuid>,
    pub at: Option<String>,
}

pub fn outbox(store: &mut Store) -> Result<Vec<OutboxEntry>> {
    let definition = store.definition()?;
    let open = own::open(&store.conn)?;
    Ok(open
        .into_iter()
        .map(|own| OutboxEntry {
            n: own.change.n,
            at: time(own.change.stamp.ms()),
            summary: summary(&own),
            state: own.state.code(),
            reason_text: own.reason.as_deref().map(|code| words(&definition, code)),
            reason: own.reason,
        })
        .collect())
}

fn words(definition: &Definition, code: &str) -> String {
    definition.code_label("held_reasons", code, "id").to_owned()
}

/// What a change does, without names: kinds, outcome and fields.
fn summary(own: &OwnChange) -> String {
    let parts: Vec<String> = own
        .change
        .patches
        .iter()
        .map(|patch| {
            let said = ["outcome", "code"]
                .iter()
                .find_map(|field| patch.value(field)?.as_text());
            match (patch.kind.as_str(), said) {
                (kind, Some(said)) => format!("{kind} {said}"),
                (kind, None) => {
                    let fields: Vec<&str> = patch.fields.keys().map(String::as_str).collect();
                    format!("{kind} {}", fields.join(","))
                }
            }
        })
        .collect();
    parts.join("; ")
}

/// Open returns of visits of the people who share this tablet.
pub fn returned(store: &Store) -> Result<Vec<ReturnedVisit>> {
    let enrolment = meta::enrolment(&store.conn)?;
    let people = enrolment.map_or_else(Vec::new, |enrolment| enrolment.people);
    let mut returned = Vec::new();
    for (id, entry) in record::of_kind(&store.conn, "return")? {
        let Some(visit_id) = entry.id("visit").filter(|_| !entry.flag("answered")) else {
            continue;
        };
        let visit = record::shown(&store.conn, "visit", visit_id)?;
        let author = visit.as_ref().and_then(|v| v.origin("trader"));
        let ours = |o: &Origin| people.iter().any(|person| person.person_id == o.author);
        if !author.is_some_and(ours) {
            continue;
        }
        let origin = entry.origin("visit");
        let text = |field: &str| entry.text(field).map(str::to_owned);
        returned.push(ReturnedVisit {
            visit_id,
            return_id: id,
            trader: visit.and_then(|visit| visit.id("trader")),
            reason: text("reason"),
            reason_text: text("reason_text"),
            by: origin.map(|o| o.author.0),
            at: origin.map(|o| time(o.stamp.ms())),
        });
    }
    Ok(returned)
}
