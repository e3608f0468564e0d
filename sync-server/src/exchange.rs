//! One exchange with a tablet over the store, whatever brought it: what it sends is written, and the answer is read.

use crate::office::scope::scope_of;
use crate::office::tablets::SYNC_REPAIR;
use crate::store::Registry;
use crate::store::rows::{EnrolmentRow, ReportRow};
use crate::store::sqlite::{SqliteStore, StoreError};
use crate::writer::Turn;
use grebeg_core::id::{CampaignId, DeviceId};
use grebeg_core::kinds::Roles;
use grebeg_core::sync::exchange;
use grebeg_core::sync::messages::{Ack, Answer, Position, Request};
use grebeg_core::sync::pull::Scope;
use rusqlite::Connection;
use uuid::Uuid;

/// What the tablet has read, and what became of what it sent.
#[derive(Debug)]
pub struct Taken {
    pub device: DeviceId,
    pub position: Option<Position>,
    pub acks: Vec<Ack>,
}

/// How an answer is told.
#[derive(Debug, Clone, Copy)]
pub struct Telling {
    /// Records in one page at most.
    pub page_records: usize,
    /// To a client that keeps no homes and is sent its own writes as well.
    pub simple: bool,
    /// The server's clock, Unix milliseconds.
    pub now_ms: i64,
}

/// All that a request changes, in the writer's transaction. `None`: the tablet was stopped, perhaps while it sent.
pub fn receive(
    turn: &mut Turn<'_>,
    campaign: CampaignId,
    enrolment: Uuid,
    request: &Request,
) -> Result<Option<Vec<Ack>>, StoreError> {
    let wall_ms = turn.wall_ms();
    let store = turn.kept(campaign)?;
    let Some(enrolment) = store.books().enrolment(enrolment)? else {
        return Ok(None);
    };
    if enrolment.is_shut(wall_ms) {
        return Ok(None);
    }
    if enrolment.revoked_ms.is_some() && request.changes.is_empty() {
        // It has handed in all that it had, and heard of it.
        store.books().set_rescue(enrolment.enrolment, 0)?;
        return Ok(None);
    }
    let caller = exchange::Caller {
        enrolment: enrolment.enrolment,
        people: enrolment.people.clone(),
        rescue: enrolment.revoked_ms.is_some(),
        contact: enrolment.contact,
    };
    let (acks, contact) = exchange::receive(store, &caller, wall_ms, request)?;
    let at_ms = contact.server_ms;
    for report in &request.reports {
        store.books().add_report(&ReportRow {
            enrolment: enrolment.enrolment,
            date: report.date.clone(),
            recorded: report.recorded,
            waiting: report.waiting,
            closed: report.closed,
            parts: report.by.clone(),
            at_ms,
        })?;
    }
    if request.repaired > 0 {
        let (who, detail) = (request.device.to_string(), request.repaired.to_string());
        store.books().audit(at_ms, &who, SYNC_REPAIR, &detail)?;
    }
    store
        .books()
        .enrolment_seen(enrolment.enrolment, &contact)?;
    Ok(Some(acks))
}

/// The answer, within one read transaction. `enrolment`: as it was when it asked.
pub fn answer(
    connection: &Connection,
    enrolment: EnrolmentRow,
    taken: Taken,
    telling: Telling,
) -> Result<Answer, StoreError> {
    let mut store = SqliteStore::new(connection, enrolment.campaign);
    // As it is by now: whoever was stopped since hears that the changes arrived, and nothing else.
    let enrolment = store.enrolment(enrolment.enrolment)?.unwrap_or(enrolment);
    let scope = if enrolment.revoked_ms.is_some() {
        Scope {
            roles: Roles::NONE,
            markets: Vec::new(),
        }
    } else {
        scope_of(&mut store, &enrolment.people)?
    };
    let asked = exchange::Asked {
        enrolment: enrolment.enrolment,
        device: taken.device,
        position: taken.position.as_ref(),
        acks: taken.acks,
        scope: &scope,
        page_records: telling.page_records,
        simple: telling.simple,
        now_ms: telling.now_ms,
    };
    exchange::answer(&mut store, asked)
}
