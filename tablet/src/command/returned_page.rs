//! `returned_page`: one visit that a lead sent back, with what is to be mended.

use super::look::{self, Look};
use super::parts::{Coded, Label, Who};
use super::today::short_dates;
use crate::error::{Result, TabletError, Unknown};
use crate::store::record;
use grebeg_core::gather::visit_at_ms;
use grebeg_core::id::step_id;
use grebeg_core::kinds;
use grebeg_core::register::Registers;
use grebeg_core::value::Value;
use grebeg_core::wire::json::time;
use serde::Serialize;
use uuid::Uuid;

/// The reason whose words are the lead's own.
const OTHER_REASON: &str = "lainnya";

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

/// Fields of a visit in the order in which a page names what stays.
const FIELDS: [&str; 4] = ["outcome", "reason", "follow_up_date", "note"];
/// Characters of a note that are shown among what stays.
const NOTE_SHOWN: usize = 60;

/// Errors: `return_unknown`, also for one of somebody else's visit.
pub fn returned_page(look: &mut Look<'_>, typed: &str) -> Result<ReturnedPage> {
    let unknown = || TabletError::unknown(Unknown::Return, typed);
    let id = Uuid::try_parse(typed.trim()).map_err(|_| unknown())?;
    let conn = look.conn();
    let entry = record::shown(conn, "return", id)?.ok_or_else(unknown)?;
    let visit_id = entry.id("visit").ok_or_else(unknown)?;
    let visit = record::shown(conn, "visit", visit_id)?.ok_or_else(unknown)?;
    let mine = visit
        .origin("trader")
        .is_some_and(|o| look.is_me(o.author.0));
    let trader = visit.id("trader").filter(|_| mine).ok_or_else(unknown)?;
    let open = look::returns_to(look)?;
    let place = open.iter().position(|open| open.id == id);
    let origin = entry.origin("visit");
    let asked: Vec<String> = look::codes(entry.value("fields"))
        .map(|field| field.replacen("step:", "step.", 1))
        .collect();
    let mut fields = Vec::new();
    for field in &asked {
        fields.push(field_to_fix(look, &visit, trader, field)?);
    }
    let others = FIELDS
        .iter()
        .filter(|field| !asked.iter().any(|asked| asked == *field))
        .filter_map(|field| other(look, &visit, field))
        .collect();
    let outcome = visit.text("outcome").unwrap_or_default();
    let by = match origin {
        Some(origin) => lead(look, origin.author.0)?,
        None => None,
    };
    let unit = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let own_words = entry.text("reason_text");
    // "Another reason" says nothing beside the lead's own words.
    let reason = entry
        .text("reason")
        .filter(|code| *code != OTHER_REASON || own_words.is_none());
    Ok(ReturnedPage {
        return_id: id,
        visit: ReturnedVisitLine {
            id: visit_id,
            at: time(visit_at_ms(&visit).unwrap_or_default()),
            outcome: outcome.to_owned(),
            outcome_label: look.outcome_label(outcome),
            follow_up_date: visit.text("follow_up_date").map(str::to_owned),
            note: visit.text("note").map(str::to_owned),
        },
        who: look.who(Some(trader))?,
        by,
        at: origin.map(|o| time(o.stamp.ms())),
        reason_label: reason.and_then(|code| look.known_reason(code)),
        reason_text: own_words.map(str::to_owned),
        fields,
        others,
        index: place.map_or(0, |place| unit(place + 1)),
        of: unit(open.len()),
        answered: entry.flag("answered"),
    })
}

fn lead(look: &Look<'_>, person: Uuid) -> Result<Option<Lead>> {
    let known = record::shown(look.conn(), "person", person)?;
    let role = known
        .as_ref()
        .and_then(|person| person.text("role"))
        .unwrap_or("lead");
    Ok(look.person_name(person)?.map(|name| Lead {
        name,
        role: look.code_label("roles", role),
    }))
}

fn field_to_fix(
    look: &Look<'_>,
    visit: &Registers,
    trader: Uuid,
    field: &str,
) -> Result<FieldToFix> {
    let definition = &look.definition;
    if let Some(code) = field.strip_prefix("step.") {
        let step = record::shown(look.conn(), "step", step_id(&trader, code))?;
        let done = step.is_some_and(|step| step.text("state") == Some("selesai"));
        return Ok(FieldToFix {
            label: look.step_label(code),
            value: done.into(),
            kind: FieldKind::Step,
            choices: Vec::new(),
            field: field.to_owned(),
        });
    }
    let value = visit.value(field).map(|value| value.to_json());
    let spec = kinds::kind("visit").and_then(|kind| kind.field(field));
    let label = spec.map(|spec| Label::new(spec.label_id, spec.label_en));
    let (kind, label, choices) = match field {
        "photo" => (
            FieldKind::Photo,
            Some(Label::new("Foto", "Photo")),
            Vec::new(),
        ),
        "outcome" => {
            let outcomes = definition.outcomes().into_iter();
            let choices = outcomes
                .filter(|outcome| !definition.is_void(&outcome.code))
                .map(|o| coded(&o.code, &o.label_id, &o.label_en));
            (FieldKind::Choice, label, choices.collect())
        }
        "reason" => {
            let reasons = definition.obstacles().iter();
            let choices = reasons.map(|o| coded(&o.code, &o.label_id, &o.label_en));
            (FieldKind::Choice, label, choices.collect())
        }
        "follow_up_date" => (FieldKind::Date, label, Vec::new()),
        _ => match answer(look, visit, field) {
            Some(fix) => return Ok(fix),
            None => (FieldKind::Text, label, Vec::new()),
        },
    };
    Ok(FieldToFix {
        label: label.unwrap_or_else(|| Label::same(field)),
        value: value.unwrap_or_default(),
        kind,
        choices,
        field: field.to_owned(),
    })
}

/// One answer, named `answers.CODE`.
fn answer(look: &Look<'_>, visit: &Registers, field: &str) -> Option<FieldToFix> {
    let code = field.strip_prefix("answers.")?;
    let weights = &look.definition.priority;
    let mut asks = weights.ability.iter().chain(&weights.willingness);
    let ask = asks.find(|ask| ask.code == code);
    let given = visit.value("answers").and_then(Value::as_map);
    let value = given.and_then(|answers| answers.get(code));
    let yes_no = [coded("ya", "Ya", "Yes"), coded("tidak", "Tidak", "No")];
    let choices = match ask {
        Some(ask) if ask.choices.is_empty() => yes_no.into(),
        Some(ask) => {
            let choices = ask.choices.iter();
            choices
                .map(|c| coded(&c.code, &c.label_id, &c.label_en))
                .collect()
        }
        None => Vec::new(),
    };
    Some(FieldToFix {
        field: field.to_owned(),
        label: ask.map_or(Label::same(code), |a| Label::new(&a.label_id, &a.label_en)),
        value: value.map(Value::to_json).unwrap_or_default(),
        kind: if choices.is_empty() {
            FieldKind::Text
        } else {
            FieldKind::Choice
        },
        choices,
    })
}

fn coded(code: &str, id: &str, en: &str) -> Coded {
    Coded {
        code: code.to_owned(),
        label: Label::new(id, en),
    }
}

fn other(look: &Look<'_>, visit: &Registers, field: &str) -> Option<OtherField> {
    let text = visit.text(field)?;
    let spec = kinds::kind("visit").and_then(|kind| kind.field(field))?;
    let value = match field {
        "outcome" => look.outcome_label(text),
        "reason" => look.reason_label(text),
        "follow_up_date" => match text.parse() {
            Ok(date) => {
                let (id, en) = short_dates(date);
                Label::new(id, en)
            }
            Err(_) => Label::same(text),
        },
        _ => Label::same(text.chars().take(NOTE_SHOWN).collect::<String>()),
    };
    Some(OtherField {
        label: Label::new(spec.label_id, spec.label_en),
        value,
    })
}
