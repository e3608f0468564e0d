//! What a revocation leaves on the tablet: the sealed changes that were not sent, and nothing else.

use super::own::OwnState;
use super::{Store, meta, own, view};
use crate::error::Result;

const WIPE: &str = include_str!("../../sql/record/wipe.sql");

/// Locks the tablet. What waits stays inside the database, counted by `status`; records, caches and names go, also from
/// free pages, the WAL, the sealed copy and what was set aside as damaged. Of what is with the server only the figures
/// stay. The token stays: it opens nothing any more but the rescue that an admin may allow.
pub fn lock(store: &mut Store) -> Result<()> {
    let definition = store.definition()?;
    store.transaction(|tx| {
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

/// Carries the WAL over into the file and empties it.
pub fn checkpoint(store: &Store) -> Result<()> {
    store
        .conn
        .query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(()))?;
    Ok(())
}
