//! What is wrong with this installation, and what to do about it.

use super::desk::Desk;
use super::error::OfficeError;
use super::tablets::SYNC_REPAIR;
use crate::clock;
use crate::data_dir::DataDir;
use crate::store::rows::CampaignRow;
use crate::store::sqlite::{SqliteDirectory, StoreError, integrity, open};
use crate::store::{Directory, Registry};
use grebeg_core::id::PersonId;
use grebeg_core::kinds::Role;
use grebeg_core::sync::messages::State;
use grebeg_core::sync::store::Store;
use grebeg_core::wire::json::time;
use rusqlite::Connection;
use serde_json::{Value as Json, json};
use std::collections::HashSet;
use std::path::Path;
use std::process::Command;

/// A tablet that was not heard for so long is worth a call.
const SILENT_MS: i64 = 7 * 24 * 3_600_000;
/// So long an enrolment code that expired unused is worth a word.
const CODES_MS: i64 = 3 * 24 * 3_600_000;
/// Less room than this is too little for a day's work and its backup.
const FREE_MIN_BYTES: u64 = 500 << 20;
/// 2019-01-01 and 2100-01-01 UTC: a server clock outside is wrong.
const CLOCK_FROM_MS: i64 = 1_546_300_800_000;
const CLOCK_TO_MS: i64 = 4_102_444_800_000;
/// The server's time may run ahead of its wall clock by so much after many commits in one instant.
const AHEAD_MS: i64 = 60_000;

/// One thing that needs somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub code: &'static str,
    pub message: String,
    pub hint: &'static str,
}

fn finding(code: &'static str, message: impl Into<String>, hint: &'static str) -> Finding {
    Finding {
        code,
        message: message.into(),
        hint,
    }
}

pub fn to_json(findings: &[Finding]) -> Json {
    let list: Vec<Json> = findings
        .iter()
        .map(|f| json!({ "code": f.code, "message": f.message, "hint": f.hint }))
        .collect();
    json!({ "ok": findings.is_empty(), "findings": list })
}

/// Looks at everything; a store that cannot be opened is a finding, not a failure.
pub fn examine(data: &DataDir) -> Vec<Finding> {
    let mut found = Vec::new();
    folder(data, &mut found);
    clock_is_plausible(&mut found);
    let connection = match open(&data.store()) {
        Ok(connection) => connection,
        Err(error) => {
            found.push(store_fault(&error));
            return found;
        }
    };
    match integrity(&connection, true) {
        Ok(lines) => found.extend(lines.into_iter().map(|line| {
            let hint = "run `sync-server verify`, then restore the last backup; tablets send again what is missing";
            finding("store_damaged", line, hint)
        })),
        Err(error) => found.push(store_fault(&error)),
    }
    if let Err(error) = campaigns(&connection, &mut found) {
        found.push(finding(
            "not_examined",
            format!("something could not be read: {error}"),
            "run `sync-server verify`",
        ));
    }
    found
}

fn store_fault(error: &StoreError) -> Finding {
    finding(error.code(), error.to_string(), error.hint())
}

fn folder(data: &DataDir, found: &mut Vec<Finding>) {
    if let Err(error) = tempfile::NamedTempFile::new_in(data.path()) {
        found.push(finding(
            "folder_not_writable",
            format!("{} cannot be written: {error}", data.path().display()),
            "give the server's user the folder, or free the disk",
        ));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(data.store()).map_or(0, |m| m.permissions().mode());
        let folder = std::fs::metadata(data.path()).map_or(0, |m| m.permissions().mode());
        if mode & 0o007 != 0 && folder & 0o007 != 0 {
            found.push(finding(
                "folder_open_to_all",
                "every user of this machine can read the store",
                "chmod 700 the data folder",
            ));
        }
    }
    let aside = data.set_aside();
    if !aside.is_empty() {
        let names: Vec<String> = aside.iter().map(|p| p.display().to_string()).collect();
        found.push(finding(
            "set_aside_stores",
            format!(
                "stores that a restore replaced are still there: {}",
                names.join(", ")
            ),
            "delete them when they are not needed any more: erasures do not reach them",
        ));
    }
    if let Some(free) = free_bytes(data.path())
        && free < FREE_MIN_BYTES
    {
        found.push(finding(
            "little_space",
            format!("{} MB are free", free >> 20),
            "make room: below 500 MB a day's work and its backup may not fit",
        ));
    }
}

/// Free bytes as the system's `df` tells them; `None` where there is no such program.
fn free_bytes(path: &Path) -> Option<u64> {
    let output = Command::new("df").arg("-Pk").arg(path).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let line = text.lines().nth(1)?;
    let kilobytes: u64 = line.split_whitespace().nth(3)?.parse().ok()?;
    Some(kilobytes << 10)
}

fn clock_is_plausible(found: &mut Vec<Finding>) {
    let now_ms = clock::now_ms();
    if !(CLOCK_FROM_MS..CLOCK_TO_MS).contains(&now_ms) {
        found.push(finding(
            "clock_wrong",
            format!("this machine's clock says {}", time(now_ms)),
            "set it, and let it follow a time server",
        ));
    }
}

fn campaigns(connection: &Connection, found: &mut Vec<Finding>) -> Result<(), OfficeError> {
    let transaction = connection
        .unchecked_transaction()
        .map_err(StoreError::from)?;
    let rows = SqliteDirectory(&transaction).campaigns()?;
    if rows.is_empty() {
        found.push(finding(
            "campaign_missing",
            "no campaign is loaded",
            "sync-server campaign load cirebon-2019 --data DIR",
        ));
    }
    for row in &rows {
        let mut desk = Desk::read(&transaction, Some(&row.code), None)?;
        order(&mut desk, row, found)?;
        people(&mut desk, found)?;
        tablets(&mut desk, found)?;
        repairs(&mut desk, found)?;
        waiting(&mut desk, found)?;
    }
    Ok(())
}

fn order(
    desk: &mut Desk<'_>,
    row: &CampaignRow,
    found: &mut Vec<Finding>,
) -> Result<(), OfficeError> {
    let head = desk.store.head()?;
    if head.last_ms > clock::now_ms() + AHEAD_MS {
        found.push(finding(
            "clock_behind",
            format!(
                "{} was last written at {}, which this machine's clock has not reached",
                row.code,
                time(head.last_ms)
            ),
            "set the clock: it was ahead before, or is behind now; nothing is lost meanwhile",
        ));
    }
    Ok(())
}

fn people(desk: &mut Desk<'_>, found: &mut Vec<Finding>) -> Result<(), OfficeError> {
    let people = desk.store.records_of_kind("person")?;
    if people.is_empty() {
        found.push(finding(
            "people_missing",
            format!("{} has no people", desk.row.code),
            "sync-server person add --name N --role canvasser --markets KNM",
        ));
    }
    for (key, person) in people {
        let role = person.registers.text("role").and_then(Role::parse);
        let active = person.registers.value("active").and_then(|v| v.as_bool()) != Some(false);
        let markets = person.registers.value("markets").and_then(|v| v.as_list());
        let works_in_markets = matches!(role, Some(Role::Canvasser | Role::Lead));
        if active && works_in_markets && markets.is_none_or(<[_]>::is_empty) {
            let name = person.registers.text("code").map(str::to_owned);
            found.push(finding(
                "person_without_market",
                format!(
                    "{} has no market",
                    name.unwrap_or_else(|| key.id.to_string())
                ),
                "sync-server person set ID --markets KNM,PGI",
            ));
        }
    }
    Ok(())
}

fn tablets(desk: &mut Desk<'_>, found: &mut Vec<Finding>) -> Result<(), OfficeError> {
    let now_ms = clock::now_ms();
    for row in desk.store.enrolments()? {
        if row.revoked_ms.is_none() && now_ms - row.last_seen_ms > SILENT_MS {
            found.push(finding(
                "tablet_silent",
                format!(
                    "tablet {} {:?} was last heard at {}",
                    row.first_device,
                    row.device_name,
                    time(row.last_seen_ms)
                ),
                "ask who has it; if it is lost: sync-server device revoke ID --why T",
            ));
        }
    }
    let has_tablet: HashSet<PersonId> = desk
        .store
        .enrolments()?
        .into_iter()
        .filter(|row| row.revoked_ms.is_none())
        .flat_map(|row| row.people)
        .collect();
    // Older ones are forgotten, and whoever came in with a later code needs none.
    let lately = now_ms - CODES_MS..now_ms;
    let expired = desk
        .store
        .open_codes()?
        .into_iter()
        .filter(|code| lately.contains(&code.qr_until_ms) && code.spoken_until_ms < now_ms)
        .filter(|code| !code.people.iter().all(|p| has_tablet.contains(p)))
        .count();
    if expired > 0 {
        found.push(finding(
            "codes_expired",
            format!("{expired} enrolment codes expired unused"),
            "make a new one for whoever still waits: sync-server enrol --person ID",
        ));
    }
    Ok(())
}

/// A tablet whose digest was not the server's has mended itself; that it had to is a fault of ours or of its storage.
fn repairs(desk: &mut Desk<'_>, found: &mut Vec<Finding>) -> Result<(), OfficeError> {
    let repairs = desk.store.audits()?;
    let repairs = repairs.iter().filter(|line| line.what == SYNC_REPAIR);
    let tablets: HashSet<&str> = repairs.map(|line| line.who.as_str()).collect();
    if !tablets.is_empty() {
        let list: Vec<&str> = tablets.into_iter().collect();
        found.push(finding(
            "tablets_repaired",
            format!(
                "the records of these tablets were once not the server's and were sent anew: {}",
                list.join(", ")
            ),
            "nothing is lost; report it with the server's log and the tablet's `doctor`",
        ));
    }
    Ok(())
}

fn waiting(desk: &mut Desk<'_>, found: &mut Vec<Finding>) -> Result<(), OfficeError> {
    let held = desk.store.changes_in_state(State::HeldBack)?.len();
    if held > 0 {
        found.push(finding(
            "held_waiting",
            format!("{held} changes are held back and wait for a decision"),
            "sync-server held list",
        ));
    }
    Ok(())
}
