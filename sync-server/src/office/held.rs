//! What is held back, and what a named person decides about it.

use super::desk::{Desk, reason};
use super::error::OfficeError;
use crate::store::Registry;
use grebeg_core::change::{Change, Patch};
use grebeg_core::id::held_id;
use grebeg_core::kinds::Role;
use grebeg_core::register::RecordKey;
use grebeg_core::sync::messages::{HeldReason, State};
use grebeg_core::sync::settle::{self, CannotAccept};
use grebeg_core::sync::store::{Filed, Store};
use grebeg_core::value::Value;
use grebeg_core::wire::json::time;
use serde_json::{Value as Json, json};
use uuid::Uuid;

/// Everything held back that the acting person may decide about.
pub fn list(desk: &mut Desk<'_>) -> Result<Vec<Json>, OfficeError> {
    desk.needs(&[Role::Lead, Role::Admin], "a lead")?;
    let markets = desk.markets()?;
    let mut list = Vec::new();
    for filed in desk.store.changes_in_state(State::HeldBack)? {
        let home = home_of(desk, &filed)?;
        if markets
            .as_ref()
            .is_some_and(|m| !home.as_ref().is_some_and(|home| m.contains(home)))
        {
            continue;
        }
        list.push(json!({
            "id": held_id(&filed.hash).to_string(),
            "device_id": filed.name.device.to_string(),
            "n": filed.name.n,
            "reason": filed.reason.map(|r| r.code()),
            "author": filed.author.map(|a| a.to_string()),
            "received_at": time(filed.received_ms),
            "market": home,
            "summary": summary(&filed),
        }));
    }
    Ok(list)
}

/// The market that a held change is about, as far as it can be told.
fn home_of(desk: &mut Desk<'_>, filed: &Filed) -> Result<Option<String>, OfficeError> {
    if let Some(visit) = filed.visit.as_ref().filter(|v| !v.market.is_empty()) {
        return Ok(Some(visit.market.clone()));
    }
    let Ok(change) = Change::from_bytes(&filed.bytes) else {
        return Ok(None);
    };
    for patch in &change.patches {
        if let Some(market) = patch.value("market").and_then(Value::as_text) {
            return Ok(Some(market.to_owned()));
        }
        let named = patch
            .value("trader")
            .and_then(Value::as_id)
            .map(|id| RecordKey::new("trader", id));
        for key in std::iter::once(RecordKey::new(&patch.kind, patch.id)).chain(named) {
            if let Some(stored) = desk.store.record(&key)? {
                return Ok(Some(stored.home));
            }
        }
    }
    Ok(None)
}

/// What it would do, without the values: kinds and field names, and a visit's outcome.
fn summary(filed: &Filed) -> String {
    let Ok(change) = Change::from_bytes(&filed.bytes) else {
        return format!("unreadable, {} bytes kept as they came", filed.bytes.len());
    };
    let part = |patch: &Patch| {
        let outcome = patch.value("outcome").and_then(Value::as_text);
        match (patch.kind.as_str(), outcome) {
            ("visit", Some(outcome)) => format!("visit {outcome}"),
            (kind, _) => format!(
                "{kind} {}",
                patch.fields.keys().cloned().collect::<Vec<_>>().join(", ")
            ),
        }
    };
    change
        .patches
        .iter()
        .map(part)
        .collect::<Vec<_>>()
        .join("; ")
}

fn find(desk: &mut Desk<'_>, id: &str) -> Result<Filed, OfficeError> {
    let unknown = || OfficeError::RecordUnknown {
        kind: "held change",
        id: id.to_owned(),
    };
    let id_given = Uuid::try_parse(id).map_err(|_| unknown())?;
    let once_held = desk.store.changes_once_held()?;
    let found = once_held.into_iter().find(|f| held_id(&f.hash) == id_given);
    found.ok_or_else(unknown)
}

pub fn accept(desk: &mut Desk<'_>, id: &str) -> Result<Json, OfficeError> {
    let filed = decidable(desk, id)?;
    let by = desk.by;
    let settled = match settle::accept_held(&mut desk.store, &filed, by, "")? {
        Ok(settled) => settled,
        Err(cannot) => return Err(refusal(desk, cannot)?),
    };
    desk.log("held accept", id)?;
    Ok(outcome(id, &settled))
}

/// Takes everything that tablets offered back after a restore.
pub fn accept_recovered(desk: &mut Desk<'_>) -> Result<Json, OfficeError> {
    desk.needs(&[Role::Admin], "an admin")?;
    let by = desk.by;
    let mut accepted = Vec::new();
    let mut left = desk.store.changes_in_state(State::HeldBack)?;
    left.retain(|filed| filed.reason == Some(HeldReason::Recovered));
    left.sort_by_key(|filed| (filed.stamp, filed.name));
    // What hangs on another that comes later in the list has its turn again; what hangs on nothing that is here stays held.
    loop {
        let (before, mut still) = (left.len(), Vec::new());
        for filed in left {
            match settle::accept_held(&mut desk.store, &filed, by, "")? {
                Ok(settled) => accepted.push(outcome(&held_id(&filed.hash).to_string(), &settled)),
                Err(CannotAccept::HangsOn(_)) => still.push(filed),
                Err(cannot) => return Err(refusal(desk, cannot)?),
            }
        }
        left = still;
        if left.is_empty() || left.len() == before {
            break;
        }
    }
    desk.log("held accept recovered", &accepted.len().to_string())?;
    Ok(json!({ "accepted": accepted.len(), "left": left.len(), "changes": accepted }))
}

pub fn discard(desk: &mut Desk<'_>, id: &str, why: &str) -> Result<Json, OfficeError> {
    let why = reason(why)?;
    let filed = decidable(desk, id)?;
    let by = desk.by;
    let settled = match settle::discard(&mut desk.store, &filed, by, why)? {
        Ok(settled) => settled,
        Err(cannot) => return Err(refusal(desk, cannot)?),
    };
    desk.log("held discard", &format!("{id} {why}"))?;
    Ok(outcome(id, &settled))
}

fn decidable(desk: &mut Desk<'_>, id: &str) -> Result<Filed, OfficeError> {
    desk.needs(&[Role::Lead, Role::Admin], "a lead")?;
    let filed = find(desk, id)?;
    if filed.reason == Some(HeldReason::Recovered) {
        desk.needs(&[Role::Admin], "an admin")?;
    }
    if let Some(home) = home_of(desk, &filed)? {
        desk.needs_home(&home)?;
    }
    Ok(filed)
}

fn refusal(desk: &mut Desk<'_>, cannot: CannotAccept) -> Result<OfficeError, OfficeError> {
    let key = match cannot {
        CannotAccept::NotHeld => {
            let why = "this change is not held back any more".to_owned();
            return Ok(OfficeError::Refused(why));
        }
        CannotAccept::NotReadable => {
            let why = "this version cannot read that change; it can be discarded, or judged after an upgrade";
            return Ok(OfficeError::Refused(why.to_owned()));
        }
        CannotAccept::HangsOn(key) => key,
    };
    // A visit of nobody would be counted and stand on no list, and shown to everybody.
    Ok(OfficeError::Other {
        code: "depends_on_held",
        message: format!("the {} {} that it is about is not there", key.kind, key.id),
        hint: match desk.store.creation_held(&key)? {
            true => "it is held back itself: accept it first, see `sync-server held list`",
            false => "its creation was set aside or has not come: discard this one, or let the tablet add the record anew",
        }
        .to_owned(),
    })
}

fn outcome(id: &str, filed: &Filed) -> Json {
    json!({ "id": id, "device_id": filed.name.device.to_string(), "n": filed.name.n, "state": filed.state.code() })
}

/// Judges again what an older version could not know, at start.
pub fn judge_again(desk: &mut Desk<'_>) -> Result<usize, OfficeError> {
    let enrolments = desk.store.enrolments()?;
    let mut accepted = 0;
    for filed in desk.store.changes_in_state(State::HeldBack)? {
        let again = [HeldReason::UnknownKind, HeldReason::DependsOnHeld];
        if !filed.reason.is_some_and(|r| again.contains(&r)) {
            continue;
        }
        let row = desk.store.device(filed.name.device)?;
        let enrolment = enrolments
            .iter()
            .find(|e| row.as_ref().is_some_and(|r| r.enrolment == e.enrolment));
        let people = enrolment.map(|e| e.people.clone()).unwrap_or_default();
        accepted += usize::from(settle::judge_again(&mut desk.store, &filed, &people)?);
    }
    Ok(accepted)
}
