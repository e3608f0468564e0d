//! The history of a record: every write of every field, by whom, when, from which tablet, oldest first.

use super::desk::Desk;
use super::error::OfficeError;
use super::family::{owner_of, refused_traders};
use grebeg_core::change::{Change, Content};
use grebeg_core::id::CONSOLE;
use grebeg_core::kinds::{self, Personal};
use grebeg_core::limits::STAMP_TOLERANCE_MS;
use grebeg_core::register::RecordKey;
use grebeg_core::sync::messages::State;
use grebeg_core::sync::store::{Filed, Store};
use grebeg_core::wire::json::time;
use serde_json::{Value as Json, json};
use std::collections::HashMap;
use uuid::Uuid;

/// The writes of a record, one a field.
///
/// Errors: `BadValue` for a kind that is none, `RecordUnknown` where nothing, accepted or held, ever touched the record.
pub fn history(desk: &mut Desk<'_>, kind: &str, id: &str) -> Result<Vec<Json>, OfficeError> {
    let spec = kinds::kind(kind).ok_or_else(|| OfficeError::BadValue {
        what: "kind",
        value: kind.to_owned(),
        expected: "a kind of record, such as trader, visit or step",
    })?;
    let unknown = || OfficeError::RecordUnknown {
        kind: spec.name,
        id: id.to_owned(),
    };
    let key = RecordKey::new(spec.name, Uuid::try_parse(id).map_err(|_| unknown())?);
    let stored = desk.store.record(&key)?;
    if let Some(stored) = &stored {
        desk.needs_home(&stored.home)?;
    }
    let mut filed = desk.store.changes_touching(&key)?;
    if filed.is_empty() {
        return Err(unknown());
    }
    filed.sort_by_key(|f| (f.stamp, f.name));
    let names = people(desk)?;
    let registers = stored.map(|s| s.registers).unwrap_or_default();
    let definition = desk.definition()?;
    let hidden = match owner_of(&key, &registers) {
        Some(trader) => refused_traders(desk, &definition)?.contains(&trader),
        None => false,
    };
    let lines = filed.iter().flat_map(|f| lines(f, &key, &names, hidden));
    Ok(lines.collect())
}

fn people(desk: &mut Desk<'_>) -> Result<HashMap<Uuid, String>, OfficeError> {
    let people = desk.store.records_of_kind("person")?;
    let name = |r: &grebeg_core::register::Registers| r.text("name").map(str::to_owned);
    Ok(people
        .into_iter()
        .filter_map(|(key, stored)| Some((key.id, name(&stored.registers)?)))
        .collect())
}

/// `hidden`: the person refused, so the personal values are not shown.
fn lines(filed: &Filed, key: &RecordKey, names: &HashMap<Uuid, String>, hidden: bool) -> Vec<Json> {
    let Ok(change) = Change::from_bytes(&filed.bytes) else {
        return Vec::new();
    };
    let author_name = match change.author {
        CONSOLE => Some("console"),
        author => names.get(&author.0).map(String::as_str),
    };
    let stamp = filed.stamp;
    let drift_ms = change.clocks.wall_ms.saturating_sub(stamp.ms());
    let mut lines = Vec::new();
    for patch in change
        .patches
        .iter()
        .filter(|p| p.kind == key.kind && p.id == key.id)
    {
        for (field, content) in &patch.fields {
            let erased = matches!(content, Content::Commitment(_));
            let hidden = hidden && kinds::personal(&key.kind, field) == Personal::Refusal;
            let value = content.value().filter(|_| !hidden);
            let value = value.map_or(Json::Null, |value| value.to_json());
            let mut line = json!({
                "stamp": format!("{}.{}", stamp.ms(), stamp.counter()), "at": time(stamp.ms()),
                "author": change.author.to_string(), "author_name": author_name, "device": change.device.to_string(),
                "n": change.n, "field": field, "value": value, "state": filed.state.code(),
            });
            if let Some(map) = line.as_object_mut() {
                if hidden {
                    map.insert("hidden".to_owned(), true.into());
                }
                if erased {
                    map.insert("erased".to_owned(), true.into());
                }
                if drift_ms.saturating_abs() > STAMP_TOLERANCE_MS {
                    map.insert("at_raw".to_owned(), time(change.clocks.wall_ms).into());
                }
                if let Some(reason) = filed.reason.filter(|_| filed.state != State::Accepted) {
                    map.insert("reason".to_owned(), reason.code().into());
                }
            }
            lines.push(line);
        }
    }
    lines
}
