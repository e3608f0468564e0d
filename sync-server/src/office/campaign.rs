//! Loading a campaign's definition: each entry becomes a record, and only what differs is written.

use super::desk::Desk;
use super::error::OfficeError;
use crate::clock;
use crate::store::Directory;
use crate::store::rows::CampaignRow;
use crate::store::sqlite::SqliteDirectory;
use crate::writer::Turn;
use grebeg_core::change::Patch;
use grebeg_core::definition::{self, Entry};
use grebeg_core::id::{CampaignId, DeviceId};
use grebeg_core::kinds::Role;
use grebeg_core::register::RecordKey;
use grebeg_core::sync::store::Store;
use grebeg_core::value::Value;
use std::path::Path;

/// What a load did.
#[derive(Debug)]
pub struct Loaded {
    pub row: CampaignRow,
    pub markets: usize,
    pub channels: usize,
    pub changed_records: usize,
}

/// The entries of a built-in definition, or of a file.
pub fn entries_of(name_or_file: &str) -> Result<(String, Vec<Entry>), OfficeError> {
    if let Some(entries) = definition::builtin(name_or_file) {
        return Ok((name_or_file.to_owned(), entries));
    }
    let path = Path::new(name_or_file);
    if !path.exists() {
        return Err(OfficeError::Definition(format!(
            "{name_or_file:?} is neither built in nor a file"
        )));
    }
    let text = std::fs::read_to_string(path).map_err(|source| OfficeError::File {
        path: name_or_file.to_owned(),
        source,
    })?;
    let entries = definition::from_json(&text).map_err(|error| {
        let findings: Vec<String> = error
            .findings()
            .iter()
            .map(|f| format!("{}: {}", f.place, f.message))
            .collect();
        OfficeError::Definition(format!("{error}: {}", findings.join("; ")))
    })?;
    let stem = path
        .file_stem()
        .and_then(|s| s.to_str())
        .unwrap_or("definition");
    Ok((
        campaign_text(&entries, "definition_name").unwrap_or_else(|| stem.to_owned()),
        entries,
    ))
}

fn campaign_text(entries: &[Entry], field: &str) -> Option<String> {
    let campaign = entries.iter().find(|e| e.kind == "campaign")?;
    campaign.fields.get(field)?.as_str().map(str::to_owned)
}

/// Creates the campaign or brings it up to the definition; `by`: who acts, see [`Desk::open`].
pub fn load(
    turn: &mut Turn<'_>,
    name: &str,
    entries: &[Entry],
    by: Option<&str>,
) -> Result<Loaded, OfficeError> {
    let code = campaign_text(entries, "code")
        .or_else(|| {
            entries
                .iter()
                .find(|e| e.kind == "campaign")
                .map(|e| e.key.clone())
        })
        .ok_or_else(|| OfficeError::Definition("it has no campaign".to_owned()))?;
    let mut directory = SqliteDirectory(turn.connection()?);
    let known = directory
        .campaigns()?
        .into_iter()
        .find(|row| row.code.eq_ignore_ascii_case(&code));
    let row = match known {
        Some(row) => {
            let row = CampaignRow {
                definition_name: name.to_owned(),
                ..row
            };
            directory.rename_campaign(&row)?;
            row
        }
        None => {
            let row = CampaignRow {
                campaign: CampaignId(clock::random_uuid()?),
                code,
                definition_name: name.to_owned(),
                export_key: clock::random()?,
            };
            directory.add_campaign(&row, clock::random_uuid()?, DeviceId(clock::random_uuid()?))?;
            row
        }
    };
    let mut desk = Desk::open(turn, Some(&row.campaign.to_string()), by)?;
    desk.needs(&[Role::Admin], "an admin")?;
    let mut patches = Vec::new();
    for entry in entries {
        patches.extend(differences(&mut desk.store, &row, name, entry)?);
    }
    let changed_records = patches.len();
    if !patches.is_empty() {
        desk.change(patches)?;
    }
    desk.log(
        "campaign load",
        &format!("{name}: {changed_records} records"),
    )?;
    let count = |kind: &str| entries.iter().filter(|e| e.kind == kind).count();
    let markets = entries
        .iter()
        .filter(|e| e.kind == "market" && is_on(e))
        .count();
    Ok(Loaded {
        row,
        markets,
        channels: count("channel"),
        changed_records,
    })
}

fn is_on(entry: &Entry) -> bool {
    entry
        .fields
        .get("switched_on")
        .and_then(serde_json::Value::as_bool)
        != Some(false)
}

/// The id of a definition's record; the campaign's own is the campaign's id.
pub fn record_id(campaign: CampaignId, kind: &str, key: &str) -> uuid::Uuid {
    if kind == "campaign" {
        campaign.0
    } else {
        campaign.definition_record(kind, key)
    }
}

fn differences<S: Store>(
    store: &mut S,
    row: &CampaignRow,
    name: &str,
    entry: &Entry,
) -> Result<Option<Patch>, S::Error> {
    let id = record_id(row.campaign, entry.kind, &entry.key);
    let stored = store
        .record(&RecordKey::new(entry.kind, id))?
        .unwrap_or_default();
    let mut fields: Vec<(&str, Value)> = entry
        .fields
        .iter()
        .map(|(f, v)| (f.as_str(), Value::from_json(v)))
        .filter(|(_, v)| !v.is_null())
        .collect();
    if entry.kind == "campaign" {
        fields.retain(|(field, _)| *field != "definition_name");
        fields.push(("definition_name", Value::text(name)));
    }
    fields.retain(|(field, value)| stored.registers.value(field) != Some(value));
    Ok((!fields.is_empty()).then(|| Patch::new(entry.kind, id, fields)))
}
