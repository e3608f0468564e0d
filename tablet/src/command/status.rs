//! `status`: where this tablet stands; works without a network and on a locked tablet.

use crate::clock;
use crate::error::Result;
use crate::store::own::{self, OwnState};
use crate::store::view::{self, Books};
use crate::store::{Store, meta};
use grebeg_core::id::{CampaignId, DeviceId};
use grebeg_core::sync::messages::State;
use grebeg_core::wire::json::time;
use rusqlite::Connection;
use serde::Serialize;

/// `waiting`, `held_back` and `returned` count changes and returns, `visits` visits.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct StatusReply {
    #[cfg_attr(test, ts(type = "Id | null"))]
    pub campaign: Option<CampaignId>,
    #[cfg_attr(test, ts(type = "Id | null"))]
    pub device_id: Option<DeviceId>,
    pub waiting: u64,
    pub held_back: u64,
    pub returned: u64,
    pub visits: Books,
    pub last_sync_at: Option<String>,
    pub clock: ClockReply,
    pub locked: bool,
}

/// The tablet's clock less the server's, and whether a person should look at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ClockReply {
    pub offset_ms: i64,
    pub doubtful: bool,
}

pub fn status(store: &mut Store) -> Result<StatusReply> {
    let definition = store.definition()?;
    let returned = super::outbox::returned(store)?.len() as u64;
    let conn = &store.conn;
    let enrolment = meta::enrolment(conn)?;
    Ok(StatusReply {
        campaign: enrolment.as_ref().map(|e| e.campaign),
        device_id: enrolment.as_ref().map(|e| e.device),
        waiting: own::count(conn, OwnState::Waiting)?,
        held_back: own::count(conn, OwnState::Said(State::HeldBack))?,
        returned,
        visits: view::books(conn, &definition, None)?,
        last_sync_at: meta::moment(conn, "last_sync")?.map(time),
        clock: clock(conn)?,
        locked: meta::flag(conn, "revoked")?,
    })
}

/// How far the tablet's clock is from the server's.
pub fn clock(conn: &Connection) -> Result<ClockReply> {
    let contact = meta::contact(conn)?;
    let now = clock::read();
    let offset_ms = now
        .wall_ms
        .saturating_sub(clock::corrected_ms(contact.as_ref(), &now));
    let learnt_ms = contact.map_or(0, |contact| contact.offset_ms());
    let offset_ms = if contact.is_some_and(|c| c.clocks.boot == now.boot) {
        offset_ms
    } else {
        learnt_ms
    };
    let tolerance = grebeg_core::limits::STAMP_TOLERANCE_MS;
    Ok(ClockReply {
        offset_ms,
        doubtful: offset_ms.saturating_abs() > tolerance || meta::flag(conn, "clock_back")?,
    })
}
