//! Fields with two values of which neither writer had seen the other: the list, and the lead's choice.

use super::desk::Desk;
use super::error::OfficeError;
use super::family::{Families, is_refused};
use super::state::Snapshot;
use crate::store::Registry;
use grebeg_core::change::{Change, ChangeName, Patch};
use grebeg_core::id::conflict_choice_id;
use grebeg_core::kinds::{self, Personal, Role};
use grebeg_core::register::{RecordKey, Register};
use grebeg_core::rules::phone;
use grebeg_core::sync::store::Store;
use grebeg_core::value::Value;
use grebeg_core::wire::json::time;
use serde_json::{Value as Json, json};
use uuid::Uuid;

/// One field in dispute.
#[derive(Debug)]
pub struct Conflict {
    /// Named to people by this.
    pub id: Uuid,
    pub key: RecordKey,
    pub field: String,
    pub home: String,
    pub kept: Register,
    /// The writes that did not hold, the latest first.
    pub lost: Vec<Register>,
}

/// All open conflicts of the acting person's markets.
pub fn open(desk: &mut Desk<'_>) -> Result<Vec<Conflict>, OfficeError> {
    desk.needs(&[Role::Lead, Role::Admin], "a lead")?;
    let markets = desk.markets()?;
    let mut list: Vec<Conflict> = Vec::new();
    for (key, field, sibling) in desk.store.all_siblings()? {
        if let Some(last) = list.last_mut()
            && last.key == key
            && last.field == field
        {
            last.lost.push(sibling.register);
            continue;
        }
        let Some(stored) = desk.store.record(&key)? else {
            continue;
        };
        let Some(kept) = stored.registers.0.get(&field).cloned() else {
            continue;
        };
        list.push(Conflict {
            id: conflict_choice_id(&key.id, &field),
            key,
            field,
            home: stored.home,
            kept,
            lost: vec![sibling.register],
        });
    }
    for conflict in &mut list {
        let kept = conflict.kept.origin;
        conflict.lost.retain(|r| r.origin != kept);
        conflict
            .lost
            .sort_by_key(|r| std::cmp::Reverse((r.origin.stamp, r.origin.device)));
    }
    list.retain(|c| !c.lost.is_empty() && markets.as_ref().is_none_or(|m| m.contains(&c.home)));
    Ok(list)
}

/// The list as it is shown; a refused trader's name and numbers are not.
pub fn list(desk: &mut Desk<'_>) -> Result<Vec<Json>, OfficeError> {
    let open = open(desk)?;
    if open.is_empty() {
        return Ok(Vec::new());
    }
    let definition = desk.definition()?;
    let snapshot = Snapshot::take(desk, None)?;
    let families = Families::of(&snapshot);
    let hidden = |c: &Conflict| {
        kinds::personal(&c.key.kind, &c.field) == Personal::Refusal
            && is_refused(
                &definition,
                &families.facts(&snapshot, &definition, c.key.id),
            )
    };
    Ok(open.iter().map(|c| shown(c, hidden(c))).collect())
}

fn shown(conflict: &Conflict, hidden: bool) -> Json {
    let value = |r: &Register| match hidden {
        true => Json::Null,
        false => r.value.to_json(),
    };
    let write = |r: &Register| {
        json!({
            "value": value(r),
            "by": r.origin.author.to_string(),
            "device": r.origin.device.to_string(),
            "at": time(r.origin.stamp.ms()),
        })
    };
    let last = conflict.lost.first().unwrap_or(&conflict.kept);
    json!({
        "id": conflict.id.to_string(),
        "record": { "kind": conflict.key.kind, "id": conflict.key.id.to_string() },
        "field": conflict.field,
        "market": conflict.home,
        "kept": value(&conflict.kept),
        "lost": value(last),
        "by": conflict.kept.origin.author.to_string(),
        "at": time(conflict.kept.origin.stamp.ms()),
        "lost_by": last.origin.author.to_string(),
        "lost_at": time(last.origin.stamp.ms()),
        "kept_write": write(&conflict.kept),
        "lost_all": conflict.lost.iter().map(write).collect::<Vec<_>>(),
    })
}

/// Writes the chosen one of the values: it has seen all of them, so the conflict is gone everywhere.
///
/// `chosen`: the value as the list shows it; texts plain, other values as JSON.
pub fn choose(desk: &mut Desk<'_>, id: &str, chosen: &str) -> Result<Value, OfficeError> {
    let unknown = || OfficeError::RecordUnknown {
        kind: "conflict",
        id: id.to_owned(),
    };
    let given = Uuid::try_parse(id).map_err(|_| unknown())?;
    let open = open(desk)?;
    let conflict = open.iter().find(|c| c.id == given).ok_or_else(unknown)?;
    let spec = kinds::kind(&conflict.key.kind).and_then(|k| k.field(&conflict.field));
    let role = desk.role()?;
    if spec.is_some_and(|s| !s.amend.has(role.bit())) {
        return Err(OfficeError::NotAllowed {
            who: desk.who(),
            needed: "a role that may write this field",
        });
    }
    let values = std::iter::once(&conflict.kept).chain(&conflict.lost);
    let register = values
        .into_iter()
        .find(|register| says(&conflict.field, &register.value, chosen))
        .ok_or_else(|| OfficeError::BadValue {
            what: "--value",
            value: chosen.to_owned(),
            expected: "one of the values that `conflicts list` shows",
        })?;
    let key = &conflict.key;
    let mut choice = vec![
        ("record_kind", Value::text(key.kind.as_str())),
        ("record", Value::id(key.id)),
        ("field", Value::text(conflict.field.as_str())),
    ];
    let trader = match key.kind.as_str() {
        "trader" => Some(key.id),
        _ => desk
            .store
            .record(key)?
            .and_then(|s| s.registers.id("trader").or(s.owner)),
    };
    if let Some(trader) = trader {
        choice.push(("trader", Value::id(trader)));
    }
    let value = register.value.clone();
    let mut fields = vec![(conflict.field.as_str(), value.clone())];
    fields.extend(written_beside(desk, conflict, register)?);
    desk.change(vec![
        Patch::new(&key.kind, key.id, fields),
        Patch::new("conflict_choice", conflict.id, choice),
    ])?;
    desk.log(
        "conflicts choose",
        &format!("{} {} {}", key.kind, key.id, conflict.field),
    )?;
    Ok(value)
}

/// The other forms of the chosen value, from the change that wrote it.
fn written_beside(
    desk: &mut Desk<'_>,
    conflict: &Conflict,
    register: &Register,
) -> Result<Vec<(&'static str, Value)>, OfficeError> {
    let companions: Vec<_> = kinds::companions(&conflict.key.kind, &conflict.field).collect();
    if companions.is_empty() {
        return Ok(Vec::new());
    }
    let origin = register.origin;
    let filed = desk.store.filed(ChangeName {
        device: origin.device,
        n: origin.n,
    })?;
    let written = filed
        .iter()
        .filter_map(|f| Change::from_bytes(&f.bytes).ok())
        .flat_map(|change| change.patches)
        .find(|p| p.kind == conflict.key.kind && p.id == conflict.key.id);
    let value_of = |field| written.as_ref()?.value(field).cloned();
    Ok(companions
        .into_iter()
        .map(|field| (field, value_of(field).unwrap_or(Value::Null)))
        .collect())
}

/// Whether somebody who typed `chosen` means this value; a phone number may be typed in any style.
fn says(field: &str, value: &Value, chosen: &str) -> bool {
    match value {
        Value::Text(text) if field == "phone" => {
            text == chosen.trim() || phone::normalise(chosen).as_ref() == Some(text)
        }
        Value::Text(text) => text == chosen || text.trim() == chosen.trim(),
        Value::Null => chosen.is_empty() || chosen == "null",
        other => {
            let typed: Option<Json> = serde_json::from_str(chosen).ok();
            typed.is_some_and(|json| Value::from_json(&json) == *other)
        }
    }
}
