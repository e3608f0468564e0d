//! Approvals and returns: records of their own, and the state of a visit that follows from them.

use crate::clock;
use crate::office::desk::Desk;
use crate::office::error::OfficeError;
use crate::office::refusal;
use grebeg_core::change::{Change, ChangeName, Patch};
use grebeg_core::id::review_id;
use grebeg_core::kinds::Role;
use grebeg_core::limits;
use grebeg_core::register::{RecordKey, Register, Registers};
use grebeg_core::sync::access::seen_seq;
use grebeg_core::sync::store::{Store, Stored};
use grebeg_core::value::Value;
use std::collections::HashSet;
use uuid::Uuid;

pub(super) const APPROVED: &str = "disetujui";
/// The reason that says: see the words.
const OTHER_REASON: &str = "lainnya";
/// Fields that one return may name.
const FIELDS_MAX: usize = 30;

/// Where a visit stands; the codes are those of `review_states`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReviewState {
    Open,
    Approved,
    Returned,
}

impl ReviewState {
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "belum",
            Self::Approved => APPROVED,
            Self::Returned => "dikembalikan",
        }
    }
}

/// The state of a visit: returned while a return is not answered, else approved while the approval stands.
///
/// An approval falls with a later return, and with a write of a visit's field whose author had not seen the approval.
/// `returns`: all returns of this visit.
pub fn state_of(
    desk: &mut Desk<'_>,
    visit: &Registers,
    review: Option<&Registers>,
    returns: &[&Registers],
) -> Result<ReviewState, OfficeError> {
    if returns.iter().any(|r| !r.flag("answered")) {
        return Ok(ReviewState::Returned);
    }
    let approval = review
        .and_then(|r| r.0.get("state"))
        .filter(|state| state.value.as_text() == Some(APPROVED));
    let Some(approval) = approval else {
        return Ok(ReviewState::Open);
    };
    let returned_later = |r: &&Registers| r.0.get("visit").is_some_and(|v| v.seq > approval.seq);
    if returns.iter().any(returned_later) {
        return Ok(ReviewState::Open);
    }
    for register in visit.0.values().filter(|r| r.seq > approval.seq) {
        if !had_seen(desk, register, approval.seq)? {
            return Ok(ReviewState::Open);
        }
    }
    Ok(ReviewState::Approved)
}

/// Whether whoever wrote a register had read the order up to a place.
fn had_seen(desk: &mut Desk<'_>, register: &Register, seq: u64) -> Result<bool, OfficeError> {
    let name = ChangeName {
        device: register.origin.device,
        n: register.origin.n,
    };
    let filed = desk.store.filed(name)?;
    let change = filed
        .iter()
        .find(|f| f.seq == register.seq)
        .and_then(|f| Change::from_bytes(&f.bytes).ok());
    let seen = change.and_then(|c| c.seen);
    Ok(seen_seq(&mut desk.store, seen)? >= seq)
}

/// A visit that the acting person may judge.
pub(super) fn judged(desk: &mut Desk<'_>, visit: &str) -> Result<(RecordKey, Stored), OfficeError> {
    desk.needs(&[Role::Lead, Role::Admin], "a lead")?;
    let (key, stored) = desk.record("visit", visit)?;
    desk.needs_home(&stored.home)?;
    Ok((key, stored))
}

/// Approves visits in one change, closes what was still returned of them, and takes out what a refusal has to take.
///
/// Returns how many were not approved before.
pub fn approve(desk: &mut Desk<'_>, visits: &[String]) -> Result<usize, OfficeError> {
    let returns = desk.store.records_of_kind("return")?;
    let mut patches = Vec::new();
    let mut approved = 0;
    let mut once = HashSet::new();
    for visit in visits {
        let (key, stored) = judged(desk, visit)?;
        if !once.insert(key.id) {
            continue;
        }
        let review = desk
            .store
            .record(&RecordKey::new("review", review_id(&key.id)))?;
        let own: Vec<_> = returns
            .iter()
            .filter(|(_, r)| r.registers.id("visit") == Some(key.id))
            .collect();
        let registers: Vec<&Registers> = own.iter().map(|(_, r)| &r.registers).collect();
        let review = review.as_ref().map(|r| &r.registers);
        if state_of(desk, &stored.registers, review, &registers)? == ReviewState::Approved {
            continue;
        }
        approved += 1;
        let mut fields = vec![("state", Value::text(APPROVED))];
        if review.is_none_or(|r| r.id("visit").is_none()) {
            fields.push(("visit", Value::id(key.id)));
        }
        patches.push(Patch::new("review", review_id(&key.id), fields));
        for (key, open) in own.iter().filter(|(_, r)| !r.registers.flag("answered")) {
            debug_assert!(open.row > 0, "a stored record has a row");
            patches.push(Patch::new(
                "return",
                key.id,
                [("answered", Value::Bool(true))],
            ));
        }
    }
    for part in patches.chunks(limits::CHANGE_PATCHES_MAX) {
        desk.change(part.to_vec())?;
    }
    desk.log("review approve", &visits.join(","))?;
    refusal::sweep(desk)?;
    Ok(approved)
}

/// Sends a visit back with the reason; the id of the return.
///
/// `reason`: a code, `lainnya` without one. `fields`: what to look at.
pub fn give_back(
    desk: &mut Desk<'_>,
    visit: &str,
    why: &str,
    reason: Option<&str>,
    fields: &[String],
) -> Result<Uuid, OfficeError> {
    let why = why.trim();
    if why.is_empty() {
        return Err(OfficeError::WhyNeeded);
    }
    let too_long = |field, max| Err(OfficeError::TooLong { field, max });
    if why.chars().count() > limits::NOTE_CHARS_MAX {
        return too_long("why", limits::NOTE_CHARS_MAX);
    }
    let reason = reason.map(str::trim).filter(|r| !r.is_empty());
    let reason = reason.unwrap_or(OTHER_REASON);
    if reason.chars().count() > limits::TEXT_CHARS_MAX {
        return too_long("reason", limits::TEXT_CHARS_MAX);
    }
    let short = |f: &String| f.chars().count() <= limits::TEXT_CHARS_MAX;
    if fields.len() > FIELDS_MAX || !fields.iter().all(short) {
        return too_long("field", limits::TEXT_CHARS_MAX);
    }
    let (key, _) = judged(desk, visit)?;
    let id = clock::random_uuid()?;
    let fields = fields.iter().map(|f| Value::text(f.trim())).collect();
    let patch = Patch::new(
        "return",
        id,
        [
            ("visit", Value::id(key.id)),
            ("reason", Value::text(reason)),
            ("reason_text", Value::text(why)),
            ("fields", Value::List(fields)),
        ],
    );
    desk.change(vec![patch])?;
    desk.log("review return", &format!("{visit} {reason}"))?;
    Ok(id)
}
