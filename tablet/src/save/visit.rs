//! A visit: the visit itself with the steps, needs and consent that came with it, in one change.

use super::{Moment, act, check, consent, moment, salt, save};
use crate::error::{Result, TabletError, Unknown};
use crate::store::facts::{self, Whole};
use crate::store::{Store, own, view};
use grebeg_core::change::{ChangeName, Patch};
use grebeg_core::definition::Definition;
use grebeg_core::definition::value::whole;
use grebeg_core::id::{PersonId, created_id, need_id, step_id};
use grebeg_core::kinds::Roles;
use grebeg_core::rules::activity;
use grebeg_core::rules::facts::Answers;
use grebeg_core::rules::visit_checks::{Oddity, StepTick, VisitContext, VisitDraft, check_visit};
use grebeg_core::value::Value;
use grebeg_core::wire::json::time;
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A visit as it is told; all but trader and outcome may be left out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct VisitAction {
    pub trader: String,
    pub outcome: String,
    #[serde(deserialize_with = "null_is_none")]
    #[cfg_attr(test, ts(as = "Option<Vec<String>>", optional))]
    pub steps: Vec<String>,
    #[serde(deserialize_with = "null_is_none")]
    #[cfg_attr(test, ts(as = "Option<Vec<String>>", optional))]
    pub undo_steps: Vec<String>,
    #[serde(deserialize_with = "null_is_none")]
    #[cfg_attr(test, ts(as = "Option<BTreeMap<String, serde_json::Value>>", optional))]
    pub answers: BTreeMap<String, serde_json::Value>,
    /// `yes`, `no`, true or false by purpose.
    #[serde(deserialize_with = "null_is_none")]
    #[cfg_attr(test, ts(as = "Option<BTreeMap<String, bool>>", optional))]
    pub consent: BTreeMap<String, serde_json::Value>,
    pub reason: Option<String>,
    #[serde(deserialize_with = "null_is_none")]
    #[cfg_attr(test, ts(as = "Option<Vec<String>>", optional))]
    pub needs: Vec<String>,
    #[serde(deserialize_with = "null_is_none")]
    #[cfg_attr(test, ts(as = "Option<BTreeMap<String, String>>", optional))]
    pub check: BTreeMap<String, serde_json::Value>,
    pub note: Option<String>,
    pub follow_up_date: Option<String>,
    #[serde(rename = "as")]
    pub as_person: Option<String>,
}

/// `null` says no more than a field that is left out.
fn null_is_none<'de, D, T>(input: D) -> std::result::Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(input)?.unwrap_or_default())
}

/// A saved visit.
#[derive(Debug, Clone, PartialEq)]
pub struct SavedVisit {
    pub visit: Uuid,
    pub name: ChangeName,
    pub warnings: Vec<Oddity>,
}

/// Saves a visit. Only an unknown code, an unknown person and a text too long stop it; whatever is odd is a warning.
pub fn record(store: &mut Store, action: &VisitAction) -> Result<SavedVisit> {
    let actor = act::actor(store, action.as_person.as_deref())?;
    let definition = store.definition()?;
    let trader = view::trader_id(&store.conn, &action.trader)?;
    let whole = facts::whole(&store.conn, trader)?
        .ok_or_else(|| TabletError::unknown(Unknown::Trader, &action.trader))?;
    check_codes(&definition, action)?;
    let moment = moment(&store.conn)?;
    let salt = salt()?;
    let visit = created_id(&salt, 0);
    let mut patches = vec![visit_patch(action, &whole, visit, roles_of(actor.role))?];
    if moment.doubtful
        && let Some(patch) = patches.first_mut()
    {
        let read = time(moment.clocks.wall_ms);
        let raw = grebeg_core::change::Content::Value(Value::text(read));
        patch.fields.insert("at_raw".into(), raw);
    }
    let ticks = action.steps.iter().map(|code| (code, "selesai"));
    let unticks = action.undo_steps.iter().map(|code| (code, "terbuka"));
    for (code, state) in ticks.chain(unticks) {
        patches.push(step_patch(trader, code, state));
    }
    for code in &action.needs {
        patches.push(need_patch(trader, code));
    }
    if !action.consent.is_empty() {
        let purposes = purposes(action)?;
        let id = created_id(&salt, 1);
        patches.push(consent::patch(&definition, &whole, id, &purposes, "layar")?);
    }
    patches = merge_same_records(patches);
    let warnings = oddities(
        store,
        &definition,
        action,
        &whole,
        &moment,
        actor.person.person_id,
    )?;
    let name = save(store, actor.person.person_id, moment, salt, patches)?;
    Ok(SavedVisit {
        visit,
        name,
        warnings,
    })
}

/// What is odd about a visit, before it is saved. Errors: those of [`record`].
pub fn preview(store: &mut Store, action: &VisitAction, author: PersonId) -> Result<Vec<Oddity>> {
    let definition = store.definition()?;
    let trader = view::trader_id(&store.conn, &action.trader)?;
    let whole = facts::whole(&store.conn, trader)?
        .ok_or_else(|| TabletError::unknown(Unknown::Trader, &action.trader))?;
    check_codes(&definition, action)?;
    visit_patch(action, &whole, Uuid::nil(), Roles::NONE)?;
    let moment = moment(&store.conn)?;
    oddities(store, &definition, action, &whole, &moment, author)
}

fn oddities(
    store: &Store,
    definition: &Definition,
    action: &VisitAction,
    whole: &Whole,
    moment: &Moment,
    author: PersonId,
) -> Result<Vec<Oddity>> {
    let draft = draft(definition, action, whole, moment.stamp.ms());
    let context = context(store, definition, whole, &draft, author.0)?;
    Ok(check_visit(
        definition,
        &draft,
        &VisitContext {
            clock_doubtful: moment.doubtful,
            stall: whole.registers.text("stall").unwrap_or_default(),
            commodity: whole.registers.text("commodity").unwrap_or_default(),
            author_times_ms: &context.times_ms,
            author_notes: &context.notes,
            facts: whole.facts(definition),
            same_phone_others: context.same_phone_others,
            trader_withdrawn: whole.registers.flag("withdrawn"),
            ..VisitContext::default()
        },
    ))
}

/// The rights of a role over what it creates itself.
pub fn roles_of(role: grebeg_core::kinds::Role) -> Roles {
    role.bit()
}

fn check_codes(definition: &Definition, action: &VisitAction) -> Result<()> {
    let known = |known: bool, what, value: &str| {
        known
            .then_some(())
            .ok_or_else(|| TabletError::unknown(what, value))
    };
    known(
        definition.outcome(&action.outcome).is_some(),
        Unknown::Outcome,
        &action.outcome,
    )?;
    for code in action.steps.iter().chain(&action.undo_steps) {
        known(definition.step(code).is_some(), Unknown::Step, code)?;
    }
    for code in &action.needs {
        known(definition.need(code).is_some(), Unknown::Need, code)?;
    }
    if let Some(code) = action.reason.as_deref().and_then(check::trimmed) {
        known(definition.obstacle(code).is_some(), Unknown::Reason, code)?;
    }
    for purpose in action.consent.keys() {
        consent::check_purpose(definition, purpose)?;
    }
    Ok(())
}

fn visit_patch(action: &VisitAction, whole: &Whole, visit: Uuid, _roles: Roles) -> Result<Patch> {
    let mut fields = vec![
        ("trader", Value::id(whole.id)),
        ("outcome", Value::text(action.outcome.as_str())),
    ];
    if let Some(market) = whole.registers.text("market") {
        fields.push(("market", Value::text(market)));
    }
    let mut optional = |name, text: &Option<String>| -> Result<()> {
        if let Some(text) = text.as_deref().and_then(check::trimmed) {
            fields.push(check::field("visit", name, Value::text(text))?);
        }
        Ok(())
    };
    optional("note", &action.note)?;
    optional("reason", &action.reason)?;
    optional("follow_up_date", &action.follow_up_date)?;
    for (name, map) in [("answers", &action.answers), ("check", &action.check)] {
        let filled: BTreeMap<String, Value> = map
            .iter()
            .map(|(question, answer)| (question.clone(), answer_value(question, answer)))
            .collect();
        if !filled.is_empty() {
            fields.push(check::field("visit", name, Value::Map(filled))?);
        }
    }
    Ok(Patch::new("visit", visit, fields))
}

/// An answer as it is kept: a number of products as a number, however it was typed.
fn answer_value(question: &str, answer: &serde_json::Value) -> Value {
    match whole(answer) {
        Some(products) if question == activity::PRODUCTS => Value::Int(products),
        _ => Value::from_json(answer),
    }
}

/// What ticks a step or opens it again.
pub fn step_patch(trader: Uuid, code: &str, state: &str) -> Patch {
    let fields = [
        ("trader", Value::id(trader)),
        ("code", code.into()),
        ("state", state.into()),
    ];
    Patch::new("step", step_id(&trader, code), fields)
}

fn need_patch(trader: Uuid, code: &str) -> Patch {
    let fields = [
        ("trader", Value::id(trader)),
        ("code", code.into()),
        ("state", "terbuka".into()),
    ];
    Patch::new("need", need_id(&trader, code), fields)
}

/// A record named twice in one action gets one patch; what was said last holds.
fn merge_same_records(patches: Vec<Patch>) -> Vec<Patch> {
    let mut merged: Vec<Patch> = Vec::with_capacity(patches.len());
    for patch in patches {
        let same = |p: &&mut Patch| p.kind == patch.kind && p.id == patch.id;
        match merged.iter_mut().find(same) {
            Some(known) => known.fields.extend(patch.fields),
            None => merged.push(patch),
        }
    }
    merged
}

fn purposes(action: &VisitAction) -> Result<BTreeMap<String, bool>> {
    let mut purposes = BTreeMap::new();
    for (purpose, answer) in &action.consent {
        let text = answer.as_str().map(str::to_lowercase);
        let yes = match (answer.as_bool(), text.as_deref()) {
            (Some(yes), _) => yes,
            (None, Some("yes" | "ya")) => true,
            (None, Some("no" | "tidak")) => false,
            _ => return Err(TabletError::bad("consent", "takes yes or no")),
        };
        purposes.insert(purpose.clone(), yes);
    }
    Ok(purposes)
}

fn draft(definition: &Definition, action: &VisitAction, whole: &Whole, at_ms: i64) -> VisitDraft {
    let answers = |map: &BTreeMap<String, serde_json::Value>| -> Answers { map.clone() };
    VisitDraft {
        outcome: action.outcome.clone(),
        market: whole.market().to_owned(),
        at_ms,
        day: definition.working_day(whole.market(), at_ms),
        steps: action
            .steps
            .iter()
            .map(|code| StepTick {
                code: code.clone(),
                ..StepTick::default()
            })
            .collect(),
        undone_steps: action.undo_steps.clone(),
        answers: answers(&action.answers),
        check: answers(&action.check),
        consent_asked: !action.consent.is_empty(),
        reason: action.reason.clone().unwrap_or_default(),
        needs: action.needs.clone(),
        follow_up_date: action
            .follow_up_date
            .as_deref()
            .and_then(|d| d.parse().ok()),
        note: action.note.clone().unwrap_or_default(),
    }
}

#[derive(Debug, Default)]
struct Around {
    times_ms: Vec<i64>,
    notes: Vec<String>,
    same_phone_others: usize,
}

/// What the checks need to know of the author's day and of the other traders.
fn context(
    store: &Store,
    definition: &Definition,
    whole: &Whole,
    draft: &VisitDraft,
    author: Uuid,
) -> Result<Around> {
    let mut around = Around::default();
    for own in own::of_day(&store.conn, &own::label(draft.day))? {
        if own.change.author.0 != author || own.visit.is_none() {
            continue;
        }
        let visit = own.change.patches.iter().find(|p| Some(p.id) == own.visit);
        let outcome = visit.and_then(|p| p.value("outcome")?.as_text());
        if definition.is_void(outcome.unwrap_or_default()) {
            continue;
        }
        around.times_ms.push(own.change.stamp.ms());
        let note = visit.and_then(|p| p.value("note")?.as_text());
        around.notes.push(note.unwrap_or_default().to_owned());
    }
    if let Some(phone) = whole.registers.text("phone") {
        around.same_phone_others = view::same_phone(&store.conn, phone, whole.id)?;
    }
    Ok(around)
}
