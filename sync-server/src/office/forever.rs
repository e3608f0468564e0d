//! What no restored backup may undo: erasures and revocations, a line each in a file beside the store.

use super::error::OfficeError;
use crate::data_dir::DataDir;
use grebeg_core::id::CampaignId;
use serde_json::{Value as Json, json};
use std::io::{Read, Seek, SeekFrom, Write};
use uuid::Uuid;

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    Erased {
        campaign: Option<CampaignId>,
        traders: Vec<Uuid>,
    },
    Revoked {
        enrolment: Uuid,
        why: String,
    },
}

/// The line of an erasure.
pub fn erased(campaign: CampaignId, traders: &[Uuid], at: &str) -> Json {
    let ids: Vec<String> = traders.iter().map(Uuid::to_string).collect();
    json!({ "erased": ids, "campaign": campaign.to_string(), "at": at })
}

/// The line of a revocation.
pub fn revoked(campaign: CampaignId, enrolment: Uuid, why: &str, at: &str) -> Json {
    json!({ "revoked": enrolment.to_string(), "why": why, "campaign": campaign.to_string(), "at": at })
}

/// Appends a line and waits until it is on disk.
pub fn append(data: &DataDir, line: &Json) -> Result<(), OfficeError> {
    let path = data.forever();
    let failed = |source| OfficeError::File {
        path: path.display().to_string(),
        source,
    };
    let write = || -> std::io::Result<()> {
        let mut file = std::fs::OpenOptions::new()
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
        file.sync_all()
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
        return Some(Entry::Erased { campaign, traders });
    }
    let enrolment = json.get("revoked").and_then(id)?;
    let why = json.get("why").and_then(Json::as_str).unwrap_or_default();
    Some(Entry::Revoked {
        enrolment,
        why: why.to_owned(),
    })
}
