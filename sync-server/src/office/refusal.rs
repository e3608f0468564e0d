//! What a refusal takes: name, phone and the like of somebody who did not want to be recorded by name.
//!
//! They are hidden at once; after a day, or when the lead approves the day, they leave the records and the filed changes.

use super::desk::Desk;
use super::error::OfficeError;
use super::family::{ASSISTANCE, Families, is_refused};
use super::state::Snapshot;
use crate::clock;
use chrono::NaiveDate;
use grebeg_core::change::{Change, Patch};
use grebeg_core::definition::Definition;
use grebeg_core::id::review_id;
use grebeg_core::kinds::{self, Personal};
use grebeg_core::limits;
use grebeg_core::register::{RecordKey, Registers};
use grebeg_core::rules::facts::{ConsentFact, Facts};
use grebeg_core::rules::wishes;
use grebeg_core::sync::settle::office_change;
use grebeg_core::sync::store::Store;
use grebeg_core::value::Value;
use std::collections::HashSet;
use uuid::Uuid;

/// So long a mistaken tap can be put right before anything is lost.
const GRACE_MS: i64 = 24 * 3_600_000;

/// Takes out all that is due now; returns how many values left the records.
///
/// A change of the server's own device, whoever is at the desk. Doing it again finds nothing.
pub fn sweep(desk: &mut Desk<'_>) -> Result<usize, OfficeError> {
    let definition = desk.definition()?;
    // Only who refused is looked at: that they did stays true long after everything is gone.
    let refused = who_asked(desk, &definition)?;
    if refused.is_empty() {
        return Ok(0);
    }
    let now_ms = desk.store.head()?.last_ms;
    let snapshot = Snapshot::of_traders(desk, refused)?;
    let families = Families::of(&snapshot);
    let no = snapshot
        .of_kind("consent")
        .filter(|(_, consent)| says_no(consent));
    let wishes = snapshot
        .of_kind("visit")
        .filter(|(_, visit)| is_wish(&definition, visit));
    let refusing: HashSet<Uuid> = no
        .chain(wishes)
        .filter_map(|(_, said)| said.id("trader"))
        .map(|trader| families.root(trader))
        .collect();
    let mut patches = Vec::new();
    let mut due = Vec::new();
    for root in refusing {
        let facts = families.facts(&snapshot, &definition, root);
        let approved = approved_days(&snapshot, &facts);
        let Some(cut_ms) = cut(&definition, &facts, &approved, now_ms) else {
            continue;
        };
        for trader in families.members(root) {
            let registers = snapshot.get("trader", trader);
            patches.extend(registers.and_then(|r| cleared(trader, r, cut_ms)));
            due.push((trader, cut_ms));
        }
    }
    let taken = patches.iter().map(|p: &Patch| p.fields.len()).sum();
    for part in patches.chunks(limits::CHANGE_PATCHES_MAX) {
        office_change(&mut desk.store, None, clock::random()?, part.to_vec())?;
    }
    for (trader, cut_ms) in due {
        take_from_filed(desk, trader, cut_ms)?;
    }
    Ok(taken)
}

/// The traders who said no, or ended a visit with the wish to have no name kept.
pub fn who_asked(desk: &mut Desk<'_>, definition: &Definition) -> Result<Vec<Uuid>, OfficeError> {
    let consents = desk.store.records_of_kind("consent")?;
    let no = consents.iter().filter(|(_, s)| says_no(&s.registers));
    let visits = desk.store.records_of_kind("visit")?;
    let wishes = visits
        .iter()
        .filter(|(_, s)| is_wish(definition, &s.registers));
    let traders = no
        .chain(wishes)
        .filter_map(|(_, s)| s.registers.id("trader"));
    Ok(traders.collect())
}

fn is_wish(definition: &Definition, visit: &Registers) -> bool {
    visit
        .text("outcome")
        .is_some_and(|outcome| wishes::is_wish(definition, outcome))
}

fn says_no(consent: &Registers) -> bool {
    let purposes = consent.value("purposes").and_then(Value::as_map);
    purposes
        .and_then(|p| p.get(ASSISTANCE))
        .and_then(Value::as_bool)
        == Some(false)
}

fn is_personal(field: &str) -> bool {
    kinds::personal("trader", field) == Personal::Refusal
}

/// Days on which a visit to the trader was approved.
fn approved_days(snapshot: &Snapshot, facts: &Facts) -> HashSet<NaiveDate> {
    let approved = facts.visits.iter().filter(|visit| {
        snapshot
            .get("review", review_id(&visit.id))
            .is_some_and(|r| r.text("state") == Some("disetujui"))
    });
    approved.map(|visit| visit.day).collect()
}

/// Values stamped before this are to go; `None` while nothing is due.
fn cut(
    definition: &Definition,
    facts: &Facts,
    approved: &HashSet<NaiveDate>,
    now_ms: i64,
) -> Option<i64> {
    let is_due = |at_ms: i64, day: NaiveDate| {
        now_ms.saturating_sub(at_ms) >= GRACE_MS || approved.contains(&day)
    };
    let wishes = wishes::unnaming_visits(definition, facts);
    if wishes.iter().any(|visit| is_due(visit.at_ms, visit.day)) {
        return Some(i64::MAX);
    }
    if !is_refused(definition, facts) {
        return None;
    }
    let answered = |answer| {
        facts
            .consents
            .iter()
            .filter(move |c| c.purposes.get(ASSISTANCE) == Some(&answer))
    };
    let due = answered(false).filter(|no| is_due(no.at_ms, no.day));
    due.map(|no| {
        let yes = answered(true).filter(|yes| follows(&facts.consents, yes, no.id));
        yes.map(|yes| yes.at_ms).min().unwrap_or(i64::MAX)
    })
    .max()
}

/// Whether a consent follows another, directly or through others.
fn follows(consents: &[ConsentFact], later: &ConsentFact, earlier: Uuid) -> bool {
    let mut open: Vec<Uuid> = later.follows.clone();
    let mut seen = HashSet::new();
    while let Some(id) = open.pop() {
        if id == earlier {
            return true;
        }
        if seen.insert(id) {
            let found = consents.iter().filter(|c| c.id == id);
            open.extend(found.flat_map(|c| &c.follows));
        }
    }
    false
}

/// The patch that unsets what the trader still holds of it.
fn cleared(trader: Uuid, registers: &Registers, cut_ms: i64) -> Option<Patch> {
    let fields: Vec<(&str, Value)> = registers
        .0
        .iter()
        .filter(|(field, r)| is_personal(field) && !r.value.is_null())
        .filter(|(_, r)| r.origin.stamp.ms() < cut_ms)
        .map(|(field, _)| (field.as_str(), Value::Null))
        .collect();
    (!fields.is_empty()).then(|| Patch::new("trader", trader, fields))
}

/// The same values leave the filed changes; the chain keeps its hashes.
fn take_from_filed(desk: &mut Desk<'_>, trader: Uuid, cut_ms: i64) -> Result<(), OfficeError> {
    for filed in desk
        .store
        .changes_touching(&RecordKey::new("trader", trader))?
    {
        if filed.stamp.ms() >= cut_ms {
            continue;
        }
        let Ok(mut change) = Change::from_bytes(&filed.bytes) else {
            continue;
        };
        let gone = |patch: &Patch, field: &str| {
            patch.kind == "trader" && patch.id == trader && is_personal(field)
        };
        if change.redact(gone) {
            desk.store
                .refile_bytes(filed.name, &filed.hash, &change.to_bytes())?;
        }
    }
    Ok(())
}
