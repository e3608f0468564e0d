//! What no restored backup may undo: erasures and revocations, a line each in a file beside the store.

use super::backup::sync_folder;
use super::error::OfficeError;
use crate::data_dir::{DataDir, private_file};
use grebeg_core::id::CampaignId;
use grebeg_core::register::RecordKey;
use grebeg_core::wire::json::{from_hex, to_hex};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::io::{Read, Seek, SeekFrom, Write};
use uuid::Uuid;

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    Erased {
        campaign: Option<CampaignId>,
        traders: Vec<Uuid>,
        /// What hung on them: a backup may lack it, and a tablet bring it without saying whose it is.
        records: Vec<RecordKey>,
    },
    Revoked(Revoked),
}

/// A tablet that was stopped, with what a store of before its enrolment lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revoked {
    pub enrolment: Uuid,
    pub why: String,
    pub campaign: Option<CampaignId>,
    pub first_device: Option<Uuid>,
    /// SHA-256 of its bearer token.
    pub token_hash: Option<[u8; 32]>,
}

/// The line of an erasure. `records`: what hung on the traders.
pub fn erased(campaign: CampaignId, traders: &[Uuid], records: &[RecordKey], at: &str) -> Json {
    let ids: Vec<String> = traders.iter().map(Uuid::to_string).collect();
    let mut hanging: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for key in records {
        hanging
            .entry(&key.kind)
            .or_default()
            .push(key.id.to_string());
    }
    json!({ "erased": ids, "records": hanging, "campaign": campaign.to_string(), "at": at })
}

/// The line of a revocation.
pub fn revoked(tablet: &Revoked, at: &str) -> Json {
    json!({
        "revoked": tablet.enrolment.to_string(), "why": tablet.why, "at": at,
        "campaign": tablet.campaign.map(|c| c.to_string()),
        "device": tablet.first_device.map(|d| d.to_string()),
        "token_sha256": tablet.token_hash.map(|hash| to_hex(&hash)),
    })
}

/// Appends a line and waits until it is on disk.
pub fn append(data: &DataDir, line: &Json) -> Result<(), OfficeError> {
    let path = data.forever();
    let failed = |source| OfficeError::File {
        path: path.display().to_string(),
        source,
    };
    let write = || -> std::io::Result<()> {
        let mut file = private_file()
            .create(true)
            .read(true)
            .append(true)
            .open(&path)?;
        let mut text = format!("{line}\n");
        // A line that was cut off by a power failure must not swallow this one.
        if file.seek(SeekFrom::End(0))? > 0 {
            file.seek(SeekFrom::End(-1))?;
            let mut last = [0u8; 1];
            file.read_exact(&mut last)?;
            if last != *b"\n" {
                text.insert(0, '\n');
            }
        }
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        // The folder too: it names the file only once this is on disk.
        sync_folder(&path)
    };
    write().map_err(failed)
}

/// All lines that can be read, oldest first; none where there is no file.
pub fn read(data: &DataDir) -> Result<Vec<Entry>, OfficeError> {
    let path = data.forever();
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => {
            return Err(OfficeError::File {
                path: path.display().to_string(),
                source,
            });
        }
    };
    Ok(text.lines().filter_map(entry).collect())
}

fn entry(line: &str) -> Option<Entry> {
    let json: Json = serde_json::from_str(line).ok()?;
    let id = |value: &Json| Uuid::try_parse(value.as_str()?).ok();
    if let Some(erased) = json.get("erased") {
        let traders = match erased {
            Json::Array(list) => list.iter().filter_map(id).collect(),
            one => id(one).into_iter().collect(),
        };
        let campaign = json.get("campaign").and_then(id).map(CampaignId);
        let kinds = json.get("records").and_then(Json::as_object);
        let records = kinds.into_iter().flatten().flat_map(|(kind, ids)| {
            let ids = ids.as_array().into_iter().flatten().filter_map(id);
            ids.map(move |id| RecordKey::new(kind, id))
        });
        return Some(Entry::Erased {
            campaign,
            traders,
            records: records.collect(),
        });
    }
    let enrolment = json.get("revoked").and_then(id)?;
    let why = json.get("why").and_then(Json::as_str).unwrap_or_default();
    let hash = json.get("token_sha256").and_then(Json::as_str);
    Some(Entry::Revoked(Revoked {
        enrolment,
        why: why.to_owned(),
        campaign: json.get("campaign").and_then(id).map(CampaignId),
        first_device: json.get("device").and_then(id),
        token_hash: hash
            .and_then(from_hex)
            .and_then(|bytes| bytes.try_into().ok()),
    }))
}
