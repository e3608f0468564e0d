//! Tablets as the office sees them: who has them, when they were last heard, stopping one for good.

use super::desk::{Desk, reason};
use super::error::OfficeError;
use super::scope::scope_of;
use crate::clock;
use crate::store::Registry;
use crate::store::rows::EnrolmentRow;
use crate::store::sqlite::{SqliteStore, StoreError};
use grebeg_core::change::Patch;
use grebeg_core::kinds::Role;
use grebeg_core::register::RecordKey;
use grebeg_core::sync::settle::office_change;
use grebeg_core::sync::store::Store;
use grebeg_core::value::Value;
use grebeg_core::wire::json::time;
use serde_json::{Value as Json, json};
use uuid::Uuid;

/// Line of the log: a tablet had to read homes anew because their digest was not ours.
pub const SYNC_REPAIR: &str = "sync repair";

/// So long a stopped tablet may hand in what it still holds.
const RESCUE_MS: i64 = 24 * 3_600_000;

/// A tablet's record, so that leads and pages see it: its id is the first device's.
pub fn publish(store: &mut SqliteStore<'_>, row: &EnrolmentRow) -> Result<(), StoreError> {
    let people = row.people.iter().map(|p| Value::id(p.0)).collect();
    let mut fields = vec![
        ("name", Value::text(row.device_name.as_str())),
        ("people", Value::List(people)),
        ("app_version", Value::text(row.app_version.as_str())),
    ];
    if let (Some(_), Some(why)) = (row.revoked_ms, &row.revoked_why) {
        fields.push(("revoked", Value::Bool(true)));
        fields.push(("revoked_why", Value::text(why.as_str())));
    }
    let salt = clock::random()?;
    office_change(
        store,
        None,
        salt,
        vec![Patch::new("device", row.first_device.0, fields)],
    )?;
    Ok(())
}

/// An enrolment by its first device, any later device, or its own id.
pub fn find(desk: &mut Desk<'_>, id: &str) -> Result<EnrolmentRow, OfficeError> {
    let unknown = || OfficeError::RecordUnknown {
        kind: "device",
        id: id.to_owned(),
    };
    let id_given = Uuid::try_parse(id).map_err(|_| unknown())?;
    let device = desk.store.device(grebeg_core::id::DeviceId(id_given))?;
    let enrolment = device.map_or(id_given, |row| row.enrolment);
    desk.store
        .enrolments()?
        .into_iter()
        .find(|row| row.enrolment == enrolment)
        .ok_or_else(unknown)
}

/// Whether anybody on the tablet works in one of these markets.
pub fn shares_market(
    store: &mut SqliteStore<'_>,
    row: &EnrolmentRow,
    markets: &[String],
) -> Result<bool, StoreError> {
    let scope = scope_of(store, &row.people)?;
    Ok(scope.markets.iter().any(|m| markets.contains(m)))
}

/// All tablets; a lead's are those of the lead's markets.
pub fn list(desk: &mut Desk<'_>) -> Result<Vec<Json>, OfficeError> {
    desk.needs(&[Role::Lead, Role::Admin], "a lead")?;
    let markets = desk.markets()?;
    let mut list = Vec::new();
    for row in desk.store.enrolments()? {
        if let Some(markets) = &markets
            && !shares_market(&mut desk.store, &row, markets)?
        {
            continue;
        }
        let mut people = Vec::new();
        for person in &row.people {
            let record = desk
                .store
                .record(&RecordKey::new("person", person.0))?
                .unwrap_or_default();
            people.push(json!({
                "person_id": person.to_string(),
                "name": record.registers.text("name"),
                "role": record.registers.text("role"),
            }));
        }
        let mut last_n = 0;
        let mut devices = Vec::new();
        for device in desk.store.devices_of(row.enrolment)? {
            last_n = desk.store.high_n(device.device)?;
            devices.push(device.device.to_string());
        }
        if devices.len() == 1 {
            last_n = desk.store.high_n(row.first_device)?;
        }
        list.push(json!({
            "device_id": row.first_device.to_string(),
            "devices": devices,
            "name": row.device_name,
            "people": people,
            "enrolled_at": time(row.enrolled_ms),
            "last_seen_at": time(row.last_seen_ms),
            "last_n": last_n,
            "revoked": row.revoked_ms.is_some(),
            "revoked_why": row.revoked_why,
        }));
    }
    Ok(list)
}

/// Stops a tablet: its token is refused from the very next request on.
pub fn revoke(desk: &mut Desk<'_>, id: &str, why: &str) -> Result<EnrolmentRow, OfficeError> {
    desk.needs(&[Role::Admin], "an admin")?;
    let why = reason(why)?;
    let row = find(desk, id)?;
    let now_ms = desk.store.head()?.last_ms;
    desk.store.revoke(row.enrolment, now_ms, why)?;
    let row = EnrolmentRow {
        revoked_ms: row.revoked_ms.or(Some(now_ms)),
        revoked_why: Some(why.to_owned()),
        ..row
    };
    publish(&mut desk.store, &row)?;
    desk.log("device revoke", &format!("{} {why}", row.first_device))?;
    Ok(row)
}

/// Lets a revoked tablet hand in what it still holds; it arrives held back. It ends when the tablet has nothing more to
/// bring, or after a day: an answer that was lost, or more than fits one request, must not lock it again halfway.
pub fn rescue(desk: &mut Desk<'_>, id: &str) -> Result<EnrolmentRow, OfficeError> {
    desk.needs(&[Role::Admin], "an admin")?;
    let row = find(desk, id)?;
    if row.revoked_ms.is_none() {
        return Err(OfficeError::Refused(
            "this tablet was not stopped: it can simply send".to_owned(),
        ));
    }
    let until_ms = clock::now_ms() + RESCUE_MS;
    desk.store.set_rescue(row.enrolment, until_ms)?;
    desk.log("device rescue", &row.first_device.to_string())?;
    Ok(row)
}
