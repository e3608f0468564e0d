//! Checking the receipt code that a canvasser shows at the end of the day.

use super::desk::Desk;
use super::error::OfficeError;
use crate::office::tablets;
use crate::store::Registry;
use chrono::NaiveDate;
use grebeg_core::change::{Change, Hash};
use grebeg_core::definition::Definition;
use grebeg_core::id::DeviceId;
use grebeg_core::kinds::Role;
use grebeg_core::receipt::{code, day_of};
use grebeg_core::register::RecordKey;
use grebeg_core::sync::store::Store;
use serde_json::{Value as Json, json};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// How many earlier codes of a day are tried: more changes than any tablet makes in a day.
const OLDER_MAX: usize = 2_000;

/// What a code stands for.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// It is what the server holds of that day.
    pub ok: bool,
    /// It was right, before more of that day arrived.
    pub superseded: bool,
    /// The tablet's first device.
    pub device: Option<DeviceId>,
    /// Visits of that day that count now.
    pub visits: usize,
}

impl Found {
    pub fn to_json(&self) -> Json {
        json!({
            "ok": self.ok,
            "superseded": self.superseded,
            "device_id": self.device.map(|d| d.to_string()),
            "visits": self.visits,
        })
    }
}

/// The accepted changes of one tablet's day, in the order of their acceptance.
#[derive(Default)]
struct Day {
    hashes: Vec<Hash>,
    visits: HashSet<Uuid>,
}

/// Looks a code up among all tablets, or for one (`device`: any of its ids).
pub fn find(
    desk: &mut Desk<'_>,
    typed: &str,
    date: NaiveDate,
    device: Option<&str>,
) -> Result<Found, OfficeError> {
    desk.needs(&[Role::Lead, Role::Admin], "a lead")?;
    let typed = as_code(typed);
    let enrolments = match device {
        Some(device) => vec![tablets::find(desk, device)?],
        None => desk.store.enrolments()?,
    };
    let mut owners: HashMap<DeviceId, Uuid> = HashMap::new();
    for row in &enrolments {
        for device in desk.store.devices_of(row.enrolment)? {
            owners.insert(device.device, row.enrolment);
        }
    }
    let definition = desk.definition()?;
    let mut days = days(desk, &definition, date, &owners)?;
    let campaign = desk.row.campaign;
    let mut older = None;
    for row in &enrolments {
        let day = days.remove(&row.enrolment).unwrap_or_default();
        let first = row.first_device;
        let of = |count: usize| {
            code(
                campaign,
                first,
                date,
                day.hashes.iter().copied().take(count),
            )
        };
        let visits = counted(desk, &definition, &day.visits)?;
        let found = |ok: bool| Found {
            ok,
            superseded: !ok,
            device: Some(first),
            visits,
        };
        let all = day.hashes.len();
        if of(all) == typed {
            return Ok(found(true));
        }
        let from = all.saturating_sub(OLDER_MAX);
        if older.is_none() && (from..all).rev().any(|count| of(count) == typed) {
            older = Some(found(false));
        }
    }
    Ok(older.unwrap_or_default())
}

/// How many of the visits count: those that were voided since do not, as on the tablet's page of the day.
fn counted(
    desk: &mut Desk<'_>,
    definition: &Definition,
    visits: &HashSet<Uuid>,
) -> Result<usize, OfficeError> {
    let mut counted = 0;
    for visit in visits {
        let stored = desk.store.record(&RecordKey::new("visit", *visit))?;
        let outcome = stored.as_ref().and_then(|s| s.registers.text("outcome"));
        counted += usize::from(!outcome.is_some_and(|o| definition.is_void(o)));
    }
    Ok(counted)
}

fn days(
    desk: &mut Desk<'_>,
    definition: &Definition,
    date: NaiveDate,
    owners: &HashMap<DeviceId, Uuid>,
) -> Result<HashMap<Uuid, Day>, OfficeError> {
    let mut days: HashMap<Uuid, Day> = HashMap::new();
    for filed in desk.store.changes_in_order(0)? {
        let Some(owner) = owners.get(&filed.name.device) else {
            continue;
        };
        let Ok(change) = Change::from_bytes(&filed.bytes) else {
            continue;
        };
        if day_of(&change, definition) != date {
            continue;
        }
        let day = days.entry(*owner).or_default();
        day.hashes.push(filed.hash);
        day.visits.extend(filed.visit.map(|v| v.visit));
    }
    Ok(days)
}

/// As it was read out or typed: any case, with blanks or hyphens.
fn as_code(typed: &str) -> String {
    let kept = typed.chars().filter(|c| c.is_ascii_alphanumeric());
    kept.map(|c| c.to_ascii_uppercase()).take(64).collect()
}
