//! From the records to what is odd about one visit: the same rules as at the stall, and what only the office can see.

use crate::office::family::Families;
use crate::office::state::Snapshot;
use crate::store::rows::VisitRow;
use grebeg_core::change::Change;
use grebeg_core::definition::Definition;
use grebeg_core::gather;
use grebeg_core::limits;
use grebeg_core::register::{RecordKey, Registers};
use grebeg_core::rules::facts::{Answers, Facts};
use grebeg_core::rules::visit_checks::{
    Level, Oddity, StepTick, VisitContext, VisitDraft, check_visit,
};
use grebeg_core::value::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use uuid::Uuid;

/// What has to be looked up over all records once, before any visit is checked.
pub struct Surroundings {
    /// Phone number: the roots of the traders that have it.
    phones: HashMap<String, BTreeSet<Uuid>>,
    /// Records with a field of two values.
    disputed: HashSet<RecordKey>,
    /// Visits with a picture that another visit has too.
    same_picture: HashSet<Uuid>,
}

impl Surroundings {
    /// `seen`: whether a trader's market is in the reader's scope.
    pub fn new(
        snapshot: &Snapshot,
        families: &Families,
        disputed: HashSet<RecordKey>,
        seen: impl Fn(&str) -> bool,
    ) -> Self {
        let mut phones: HashMap<String, BTreeSet<Uuid>> = HashMap::new();
        for (id, trader) in snapshot.of_kind("trader") {
            if !seen(trader.text("market").unwrap_or_default()) {
                continue;
            }
            if let Some(phone) = trader.text("phone") {
                let roots = phones.entry(phone.to_owned()).or_default();
                roots.insert(families.root(id));
            }
        }
        let mut pictures: BTreeMap<&str, BTreeSet<Uuid>> = BTreeMap::new();
        for (_, photo) in snapshot.of_kind("photo") {
            if let (Some(hash), Some(visit)) = (photo.text("sha256"), photo.id("visit")) {
                pictures.entry(hash).or_default().insert(visit);
            }
        }
        let same_picture = pictures.into_values().filter(|v| v.len() > 1).flatten();
        Self {
            phones,
            disputed,
            same_picture: same_picture.collect(),
        }
    }
}

/// A visit with all that its check needs.
pub struct Checked<'a> {
    pub id: Uuid,
    pub visit: &'a Registers,
    pub trader: Uuid,
    /// Of the trader's whole family, as they are now.
    pub facts: &'a Facts,
    pub market: &'a str,
    pub filed: Option<&'a VisitRow>,
    pub change: Option<&'a Change>,
    /// The author had lost the market when the visit was made.
    pub former_holder: bool,
}

/// All oddities of a visit but those of its author's whole day.
pub fn check(
    definition: &Definition,
    snapshot: &Snapshot,
    families: &Families,
    around: &Surroundings,
    checked: &Checked<'_>,
) -> Vec<Oddity> {
    let nothing = Registers::default();
    let trader = snapshot
        .get("trader", families.root(checked.trader))
        .unwrap_or(&nothing);
    let at_ms = gather::visit_at_ms(checked.visit).unwrap_or_default();
    let draft = draft(definition, snapshot, checked, at_ms);
    let facts = before(checked, at_ms);
    let phone = trader.text("phone").and_then(|p| around.phones.get(p));
    let context = VisitContext {
        facts,
        stall: trader.text("stall").unwrap_or_default(),
        commodity: trader
            .text("commodity")
            .or_else(|| trader.text("commodity_code"))
            .unwrap_or_default(),
        same_phone_others: phone.map_or(0, |roots| roots.len().saturating_sub(1)),
        clock_doubtful: clock_was_off(checked),
        former_holder: checked.former_holder,
        trader_withdrawn: withdrawn_before(trader, at_ms),
        ..VisitContext::default()
    };
    let mut found = check_visit(definition, &draft, &context);
    if definition.is_void(&draft.outcome) {
        return found;
    }
    let keys = [
        RecordKey::new("visit", checked.id),
        RecordKey::new("trader", checked.trader),
    ];
    if keys.iter().any(|key| around.disputed.contains(key)) {
        found.push(office_flag("dua_catatan"));
    }
    if around.same_picture.contains(&checked.id) {
        found.push(office_flag("foto_sama"));
    }
    found
}

/// Whether the office had withdrawn a trader by then, and still has.
fn withdrawn_before(trader: &Registers, at_ms: i64) -> bool {
    let withdrawn = trader.0.get("withdrawn");
    withdrawn.is_some_and(|w| w.value.as_bool() == Some(true) && w.origin.stamp.ms() <= at_ms)
}

fn office_flag(code: &'static str) -> Oddity {
    Oddity {
        code,
        level: Level::Flag,
        about: String::new(),
    }
}

/// The stamp was moved further than is believed, or the tablet itself kept a reading that was off.
fn clock_was_off(checked: &Checked<'_>) -> bool {
    let moved = checked.filed.is_some_and(|filed| {
        let moved_ms = filed.stamp.ms().abs_diff(filed.given_stamp.ms());
        moved_ms > limits::STAMP_TOLERANCE_MS.unsigned_abs()
    });
    moved || checked.visit.value("at_raw").is_some()
}

/// Of the facts only what was there before the visit.
fn before(checked: &Checked<'_>, at_ms: i64) -> Facts {
    let saved_ms = checked.filed.map_or(at_ms, |f| f.stamp.ms());
    let now = checked.facts;
    let visits = now.visits.iter();
    let steps = now.steps.iter().filter(|s| s.at_ms < saved_ms);
    let consents = now.consents.iter().filter(|c| c.at_ms < saved_ms);
    Facts {
        live: now.live,
        listed_at_ms: now.listed_at_ms,
        listed_on: now.listed_on,
        visits: visits
            .filter(|v| (v.at_ms, v.id) < (at_ms, checked.id))
            .cloned()
            .collect(),
        steps: steps.cloned().collect(),
        consents: consents.cloned().collect(),
        commodity: now.commodity.clone(),
    }
}

fn draft(
    definition: &Definition,
    snapshot: &Snapshot,
    checked: &Checked<'_>,
    at_ms: i64,
) -> VisitDraft {
    let visit = checked.visit;
    let text = |field: &str| visit.text(field).unwrap_or_default().to_owned();
    let mut draft = VisitDraft {
        outcome: text("outcome"),
        market: checked.market.to_owned(),
        at_ms,
        day: definition.working_day(checked.market, at_ms),
        answers: answers(visit.value("answers")),
        check: answers(visit.value("check")),
        reason: text("reason"),
        follow_up_date: visit.text("follow_up_date").and_then(|d| d.parse().ok()),
        note: text("note"),
        ..VisitDraft::default()
    };
    for patch in checked.change.iter().flat_map(|c| &c.patches) {
        let said = |field: &str| patch.value(field).and_then(Value::as_text);
        let known = snapshot.get(&patch.kind, patch.id);
        let code = said("code").or_else(|| known.and_then(|r| r.text("code")));
        let code = code.unwrap_or_default().to_owned();
        match patch.kind.as_str() {
            "step" if said("state") == Some("selesai") => draft.steps.push(StepTick {
                code,
                before_campaign: patch.value("before_campaign").and_then(Value::as_bool)
                    == Some(true),
                evidence: said("evidence").unwrap_or_default().to_owned(),
            }),
            "step" if said("state").is_some() => draft.undone_steps.push(code),
            "need" => draft.needs.push(code),
            "consent" => draft.consent_asked = true,
            _ => {}
        }
    }
    draft
}

fn answers(value: Option<&Value>) -> Answers {
    let map = value.and_then(Value::as_map);
    map.map(|m| m.iter().map(|(k, v)| (k.clone(), v.to_json())).collect())
        .unwrap_or_default()
}
