//! Numbering own changes anew under another device id: after a fork, and after an enrolment that succeeds another.

use super::meta;
use super::own::{self, OwnChange, OwnState};
use super::work::Work;
use crate::error::{Result, TabletError};
use crate::home::random;
use grebeg_core::change::{Change, ChangeName};
use grebeg_core::definition::Definition;
use grebeg_core::id::DeviceId;
use rusqlite::Connection;

/// A device id that nobody has.
pub fn new_device() -> Result<DeviceId> {
    let bytes = random::<16>()?;
    Ok(DeviceId(
        uuid::Builder::from_random_bytes(bytes).into_uuid(),
    ))
}

/// Takes a device id that succeeds the present one, and numbers anew what waits under it, and whatever is held as a
/// copy's: after a restore also under an earlier id. `device`: the new id; `after_gap`: what is numbered anew besides.
pub fn fork(
    work: &mut Work<'_>,
    definition: &Definition,
    device: DeviceId,
    after_gap: &[ChangeName],
) -> Result<()> {
    let enrolment = meta::enrolment(work.conn)?.ok_or(TabletError::NotEnrolled)?;
    meta::set_device(work.conn, device, Some(enrolment.device))?;
    renumber(work, definition, enrolment.device, device, |own| {
        own.is_forked()
            || after_gap.contains(&own.change.name())
            || own.change.device == enrolment.device && own.state == OwnState::Waiting
    })
}

/// The change under the number that comes next on this tablet.
pub fn next(conn: &Connection, mut change: Change) -> Result<Change> {
    if let Some(enrolment) = meta::enrolment(conn)? {
        change.device = enrolment.device;
    }
    let last = own::last(conn, change.device)?;
    change.n = last.map_or(1, |(n, _)| n + 1);
    change.prev = match last {
        Some((_, hash)) => Some(hash),
        None => meta::chain_start(conn)?,
    };
    Ok(change)
}

/// Numbers the chosen changes anew from 1 under `device`, in the order of recording. Author, clocks, place seen, salt and
/// patches stay, so that the records that they create keep their ids; number and chain are new. They wait again.
pub fn renumber(
    work: &mut Work<'_>,
    definition: &Definition,
    before: DeviceId,
    device: DeviceId,
    chosen: impl Fn(&OwnChange) -> bool,
) -> Result<()> {
    let all = own::all(work.conn)?;
    // The new chain goes on from the last change of the old one that the server has.
    let last_acknowledged = all
        .iter()
        .filter(|own| own.change.device == before && !chosen(own) && own.state != OwnState::Waiting)
        .max_by_key(|own| own.change.n)
        .map(|own| own.hash);
    meta::set_chain_start(work.conn, last_acknowledged)?;
    let mut prev = last_acknowledged;
    for (n, mut own) in (1u64..).zip(all.into_iter().filter(|own| chosen(own))) {
        own.change.device = device;
        own.change.n = n;
        own.change.prev = prev;
        own.hash = own.change.hash();
        own.state = OwnState::Waiting;
        own.reason = None;
        own.day = own::day_label(&own.change, definition);
        own::update(work.conn, &own)?;
        own::set_unconfirmed(work.conn, own.key, false)?;
        for key in own::touches(&own.change) {
            work.touch(&key);
        }
        prev = Some(own.hash);
    }
    Ok(())
}
