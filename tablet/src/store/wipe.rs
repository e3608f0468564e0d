//! What a revocation leaves on the tablet: the sealed changes that were not sent, and nothing else.

use super::own::OwnState;
use super::{Store, meta, own, view};
use crate::error::Result;
use grebeg_core::sync::stopped;
use rusqlite::Connection;

const WIPE: &str = include_str!("../../sql/record/wipe.sql");

/// Locks the tablet. What waits stays inside the database, counted by `status`, with what says whose it is; records, caches
/// and names go, also from free pages, the WAL, the sealed copy and what was set aside as damaged. Of what else is with the
/// server only the figures stay. The token stays: it opens nothing any more but the rescue that an admin may allow.
pub fn lock(store: &mut Store) -> Result<()> {
    let definition = store.definition()?;
    store.transaction(|tx| {
        keep_owners(tx)?;
        view::keep_past(tx, &definition)?;
        for own in own::all(tx)? {
            if own.state != OwnState::Waiting {
                own::delete(tx, own.key)?;
            }
        }
        tx.execute_batch(WIPE)?;
        meta::set_people(tx, &[])?;
        meta::set_position(tx, None)?;
        meta::set_flag(tx, "revoked", true)
    })?;
    store.forget_definition();
    store.copy_anew();
    store.home.forget_damaged();
    store.conn.execute_batch("vacuum")?;
    checkpoint(store)
}

/// What says whose the records are that waiting changes amend waits again, without the values that name anybody: it is sent
/// along in case that a restored server has lost it.
fn keep_owners(tx: &Connection) -> Result<()> {
    let (waiting, sent): (Vec<_>, Vec<_>) = own::all(tx)?
        .into_iter()
        .partition(|own| own.state == OwnState::Waiting);
    let needed = stopped::needed(
        waiting.iter().map(|own| &own.change),
        sent.iter().map(|own| &own.change),
    );
    for mut own in sent {
        if needed.contains(&own.change.name()) {
            stopped::without_values(&mut own.change);
            own.state = OwnState::Waiting;
            own.reason = None;
            own::update(tx, &own)?;
            own::set_unconfirmed(tx, own.key, false)?;
        }
    }
    Ok(())
}

/// Carries the WAL over into the file and empties it.
pub fn checkpoint(store: &Store) -> Result<()> {
    store
        .conn
        .query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(()))?;
    Ok(())
}
