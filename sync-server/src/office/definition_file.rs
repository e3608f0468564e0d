//! The campaign's definition out of its records: to show it, to take it elsewhere, and to close or open the campaign.

use super::desk::{Desk, json_fields};
use super::error::OfficeError;
use crate::store::Registry;
use grebeg_core::change::Patch;
use grebeg_core::definition::{Entry, KINDS};
use grebeg_core::kinds::Role;
use grebeg_core::register::RecordKey;
use grebeg_core::sync::store::{Store, Stored};
use grebeg_core::value::Value;
use grebeg_core::wire::json::time;
use serde_json::{Value as Json, json};

/// The definition as entries, which `campaign load` takes again.
pub fn entries(desk: &mut Desk<'_>) -> Result<Vec<Entry>, OfficeError> {
    desk.needs(&[Role::Admin], "an admin")?;
    let mut entries = Vec::new();
    for kind in KINDS {
        for (key, stored) in desk.store.records_of_kind(kind)? {
            let mut fields = json_fields(&stored);
            // Whether it is closed is this campaign's fate and no part of its plan.
            fields.remove("closed");
            entries.push(Entry {
                kind,
                key: entry_key(kind, &stored).unwrap_or_else(|| key.id.to_string()),
                fields,
            });
        }
    }
    Ok(entries)
}

/// The stable name of an entry within its kind, from its fields.
fn entry_key(kind: &str, stored: &Stored) -> Option<String> {
    let text = |field: &str| stored.registers.text(field).map(str::to_owned);
    match kind {
        "text" => {
            let version = stored.registers.value("version").and_then(Value::as_int)?;
            Some(format!("consent.{version}.{}", text("lang")?))
        }
        "target" => text("market").or_else(|| Some("campaign".to_owned())),
        "definition" => Some("1".to_owned()),
        _ => text("code"),
    }
}

/// What a campaign is, at a glance.
pub fn show(desk: &mut Desk<'_>) -> Result<Json, OfficeError> {
    let definition = desk.definition()?;
    let id = desk.row.campaign.0;
    let campaign = desk
        .store
        .record(&RecordKey::new("campaign", id))?
        .unwrap_or_default();
    let head = desk.store.head()?;
    let markets: Vec<Json> = definition
        .markets()
        .iter()
        .map(|m| json!({ "code": m.code, "name": m.name, "switched_on": m.switched_on }))
        .collect();
    let channels: Vec<&str> = definition
        .channels()
        .iter()
        .map(|c| c.code.as_str())
        .collect();
    let mut answer = json!({
        "campaign_id": id.to_string(),
        "code": desk.row.code,
        "definition_name": desk.row.definition_name,
        "markets": markets,
        "channels": channels,
        "outcomes": definition.outcomes().iter().map(|o| o.code.as_str()).collect::<Vec<_>>(),
        "closed": campaign.registers.flag("closed"),
        "epoch": head.epoch.to_string(),
        "changes": head.seq,
        "as_of": time(head.last_ms),
    });
    if let Some(map) = answer.as_object_mut() {
        for (field, value) in json_fields(&campaign) {
            map.entry(field).or_insert(value);
        }
    }
    Ok(answer)
}

/// Closes the campaign (later changes of the field are held back) or opens it again.
pub fn set_closed(desk: &mut Desk<'_>, closed: bool) -> Result<(), OfficeError> {
    desk.needs(&[Role::Admin], "an admin")?;
    let id = desk.row.campaign.0;
    let stored = desk.store.record(&RecordKey::new("campaign", id))?;
    if stored.is_none_or(|s| s.registers.flag("closed") != closed) {
        desk.change(vec![Patch::new(
            "campaign",
            id,
            [("closed", Value::Bool(closed))],
        )])?;
    }
    desk.log(
        if closed {
            "campaign close"
        } else {
            "campaign open"
        },
        &id.to_string(),
    )
}

/// The audit log, oldest first.
pub fn audits(desk: &mut Desk<'_>) -> Result<Vec<Json>, OfficeError> {
    desk.needs(&[Role::Admin], "an admin")?;
    let lines = desk.store.audits()?;
    let line = lines.iter().map(|line| {
        json!({ "at": time(line.at_ms), "who": line.who, "what": line.what, "detail": line.detail })
    });
    Ok(line.collect())
}
