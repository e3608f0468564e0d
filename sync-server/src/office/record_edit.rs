//! Writing fields of any record by name, within the table of kinds: for what has no command of its own.

use super::desk::{Desk, json_fields};
use super::error::OfficeError;
use super::family::{owner_of, refused_traders};
use crate::clock;
use grebeg_core::change::Patch;
use grebeg_core::kinds::{self, FieldSpec, FieldType, KindSpec, MergeRule, Personal, Roles};
use grebeg_core::register::RecordKey;
use grebeg_core::rules::phone;
use grebeg_core::sync::accept::home_of;
use grebeg_core::sync::store::Store;
use grebeg_core::value::Value;
use serde_json::Value as Json;
use std::collections::HashSet;
use uuid::Uuid;

/// Kinds whose records have rules beyond their fields: they come about by their own commands only.
const OWN_COMMANDS: &[(&str, &str)] = &[
    ("conflict_choice", "sync-server conflicts choose"),
    ("consent", "a tablet, where the person is asked"),
    ("device", "sync-server enrol and device"),
    ("merge", "sync-server duplicates merge"),
    ("not_duplicate", "sync-server duplicates"),
    ("photo", "a tablet"),
    ("return", "sync-server review return"),
    ("review", "sync-server review approve"),
];

fn spec_of(kind: &str) -> Result<&'static KindSpec, OfficeError> {
    let spec = kinds::kind(kind).ok_or_else(|| OfficeError::Other {
        code: "kind_unknown",
        message: format!("{kind:?} is no kind of record"),
        hint: format!(
            "choose one of {}",
            kinds::KINDS
                .iter()
                .map(|k| k.name)
                .collect::<Vec<_>>()
                .join(", ")
        ),
    })?;
    match OWN_COMMANDS.iter().find(|(name, _)| *name == kind) {
        None => Ok(spec),
        Some((_, command)) => Err(OfficeError::Other {
            code: "has_own_command",
            message: format!("a {kind} is not written by hand"),
            hint: format!("use {command}"),
        }),
    }
}

/// Writes fields of a record; `id` is a UUID, or `new` for a record that does not exist yet. Returns the id.
///
/// `pairs`: `FIELD=VALUE`; an empty value unsets the field. Lists are `a,b` or JSON, maps are JSON.
pub fn set(
    desk: &mut Desk<'_>,
    kind: &str,
    id: &str,
    pairs: &[String],
    why: &str,
) -> Result<Uuid, OfficeError> {
    if why.trim().is_empty() {
        return Err(OfficeError::WhyNeeded);
    }
    let spec = spec_of(kind)?;
    let id = match id {
        "new" => clock::random_uuid()?,
        text => Uuid::try_parse(text).map_err(|_| OfficeError::RecordUnknown {
            kind: spec.name,
            id: text.to_owned(),
        })?,
    };
    let key = RecordKey::new(kind, id);
    let stored = desk.store.record(&key)?;
    let mut fields: Vec<(&str, Value)> = Vec::new();
    for pair in pairs {
        let (name, text) = pair.split_once('=').ok_or_else(|| OfficeError::BadValue {
            what: "field",
            value: pair.clone(),
            expected: "FIELD=VALUE",
        })?;
        let field = spec
            .field(name.trim())
            .ok_or_else(|| field_unknown(spec, name))?;
        if kind == "trader" && field.name == "phone" {
            let normal = phone::normalise(text).map_or(Value::Null, Value::Text);
            fields.push(("phone", normal));
            fields.push(("phone_typed", read(&FieldType::Text(0), text)?));
        } else {
            fields.push((field.name, read(&field.field_type, text)?));
        }
    }
    for (name, value) in &fields {
        let field = spec.field(name);
        kinds::check_field(name, field, value).map_err(OfficeError::from)?;
        if let Some(field) = field {
            let old = stored.as_ref().and_then(|s| s.registers.0.get(*name));
            may(desk, field, stored.is_some(), old.is_some())?;
        }
    }
    check_home(desk, kind, &fields, stored.as_ref().map(|s| s.home.clone()))?;
    if let Some(stored) = &stored {
        fields
            .retain(|(name, value)| stored.registers.0.get(*name).map(|r| &r.value) != Some(value));
    }
    if !fields.is_empty() {
        desk.change(vec![Patch::new(kind, id, fields)])?;
    }
    desk.log("record set", &format!("{kind} {id} {}", why.trim()))?;
    Ok(id)
}

fn field_unknown(spec: &KindSpec, name: &str) -> OfficeError {
    let names: Vec<&str> = spec.fields.iter().map(|f| f.name).collect();
    OfficeError::Other {
        code: "field_unknown",
        message: format!("a {} has no field {name:?}", spec.name),
        hint: format!("choose among {}", names.join(", ")),
    }
}

/// The table of kinds decides; what is written once or for ever is not changed here.
fn may(
    desk: &mut Desk<'_>,
    field: &FieldSpec,
    exists: bool,
    is_set: bool,
) -> Result<(), OfficeError> {
    if field.merge == MergeRule::Forever || field.merge == MergeRule::Once && exists && is_set {
        return Err(OfficeError::Refused(format!(
            "{} is not changed by hand once it is there",
            field.name
        )));
    }
    let role = desk.role()?.bit();
    let who = if exists && field.merge != MergeRule::Once {
        field.amend
    } else {
        field.create
    };
    // Only leads and admins work at the office; a canvasser writes on the tablet.
    let office = Roles::LEAD.and(Roles::ADMIN);
    if office.has(role) && who.has(role) {
        return Ok(());
    }
    Err(OfficeError::NotAllowed {
        who: desk.who(),
        needed: "a role that may write this field",
    })
}

/// Both where the record is and where it would go have to be the acting person's.
fn check_home(
    desk: &mut Desk<'_>,
    kind: &str,
    fields: &[(&str, Value)],
    now: Option<String>,
) -> Result<(), OfficeError> {
    let named = |name: &str| fields.iter().find(|(field, _)| *field == name);
    let market = named("market").and_then(|(_, v)| v.as_text());
    if let Some(market) = market
        && desk.definition()?.market(market).is_none()
    {
        return Err(OfficeError::MarketUnknown(market.to_owned()));
    }
    match (&now, market) {
        (Some(home), _) => desk.needs_home(home)?,
        (None, _) => {
            let mut registers = grebeg_core::register::Registers::default();
            let patch = Patch::new(kind, Uuid::nil(), fields.iter().cloned());
            let origin = grebeg_core::register::Origin {
                stamp: grebeg_core::stamp::Stamp::default(),
                device: grebeg_core::id::DeviceId(Uuid::nil()),
                n: 0,
                author: grebeg_core::id::CONSOLE,
            };
            grebeg_core::merge::merge(&mut registers, &patch, origin, 0);
            let (home, _) = home_of(&mut desk.store, kind, &registers)?;
            desk.needs_home(&home)?;
        }
    }
    match market {
        Some(market) => desk.needs_home(market),
        None => Ok(()),
    }
}

fn read(field_type: &FieldType, text: &str) -> Result<Value, OfficeError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(Value::Null);
    }
    let json = || serde_json::from_str::<Json>(text).map(|json| Value::from_json(&json));
    let bad = |expected| OfficeError::BadValue {
        what: "value",
        value: text.to_owned(),
        expected,
    };
    match field_type {
        FieldType::Bool => match text {
            "true" | "ya" => Ok(Value::Bool(true)),
            "false" | "tidak" => Ok(Value::Bool(false)),
            _ => Err(bad("true or false")),
        },
        FieldType::Int => text
            .parse()
            .map(Value::Int)
            .map_err(|_| bad("a whole number")),
        FieldType::List if !text.starts_with('[') => Ok(Value::List(
            text.split(',')
                .map(|part| Value::text(part.trim()))
                .collect(),
        )),
        FieldType::List | FieldType::Map => json().map_err(|_| bad("JSON")),
        FieldType::Any => Ok(json().unwrap_or_else(|_| Value::text(text))),
        FieldType::Text(_)
        | FieldType::Code
        | FieldType::Id
        | FieldType::Date
        | FieldType::Time => Ok(Value::text(text)),
    }
}

/// All records of a kind that the acting person may see, each with its id.
fn goes_with_refusal(field: &FieldSpec) -> bool {
    field.personal == Personal::Refusal
}

pub fn list(desk: &mut Desk<'_>, kind: &str) -> Result<Vec<Json>, OfficeError> {
    let spec = kinds::kind(kind);
    let role = desk.role()?;
    if spec.is_none_or(|s| !s.read.has(role.bit())) {
        return Err(OfficeError::NotAllowed {
            who: desk.who(),
            needed: "a role that sees this kind of record",
        });
    }
    let markets = desk.markets()?;
    let seen = |home: &str| {
        home == grebeg_core::sync::messages::CAMPAIGN_HOME
            || markets.as_ref().is_none_or(|m| m.iter().any(|m| m == home))
    };
    let refused = match spec.is_some_and(|s| s.fields.iter().any(goes_with_refusal)) {
        true => {
            let definition = desk.definition()?;
            refused_traders(desk, &definition)?
        }
        false => HashSet::new(),
    };
    let records = desk.store.records_of_kind(kind)?;
    let shown = records.iter().filter(|(_, stored)| seen(&stored.home));
    Ok(shown
        .map(|(key, stored)| {
            let mut fields = json_fields(stored);
            if owner_of(key, &stored.registers).is_some_and(|t| refused.contains(&t)) {
                fields.retain(|field, _| kinds::personal(kind, field) != Personal::Refusal);
                fields.insert("hidden".to_owned(), true.into());
            }
            fields.insert("id".to_owned(), key.id.to_string().into());
            fields.into_iter().collect()
        })
        .collect())
}
