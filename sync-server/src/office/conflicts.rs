//! Fields with two values of which neither writer had seen the other: the list, and the lead's choice.

use super::desk::Desk;
use super::error::OfficeError;
use super::family::{Families, is_refused};
use super::state::Snapshot;
use crate::store::Registry;
use grebeg_core::change::Patch;
use grebeg_core::id::conflict_choice_id;
use grebeg_core::kinds::{self, Personal, Role};
use grebeg_core::register::{RecordKey, Register};
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
            && is_refused(&families.facts(&snapshot, &definition, c.key.id))
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
    let value = values
        .map(|r| &r.value)
        .find(|value| says(value, chosen))
        .cloned()
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
    desk.change(vec![
        Patch::new(
            &key.kind,
            key.id,
            [(conflict.field.as_str(), value.clone())],
        ),
        Patch::new("conflict_choice", conflict.id, choice),
    ])?;
    desk.log(
        "conflicts choose",
        &format!("{} {} {}", key.kind, key.id, conflict.field),
    )?;
    Ok(value)
}

/// Whether somebody who typed `chosen` means this value.
fn says(value: &Value, chosen: &str) -> bool {
    match value {
        Value::Text(text) => text == chosen || text.trim() == chosen.trim(),
        Value::Null => chosen.is_empty() || chosen == "null",
        other => {
            let typed: Option<Json> = serde_json::from_str(chosen).ok();
            typed.is_some_and(|json| Value::from_json(&json) == *other)
        }
    }
}
