//! Changes that come back into a database wait there as if they had just been saved.

use crate::error::Result;
use crate::store::work::Work;
use crate::store::{meta, own, renumber};
use grebeg_core::change::Change;
use grebeg_core::definition::Definition;
use rusqlite::Connection;

/// Under which number a change comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Numbers {
    /// The one that it had.
    Own,
    /// The next one of the tablet's present device id.
    Next,
}

/// Files changes, in the order of recording, as waiting to be sent.
pub(super) fn refile(
    work: &mut Work<'_>,
    definition: &Definition,
    changes: &[Change],
    numbers: Numbers,
) -> Result<()> {
    for change in changes {
        let change = match numbers {
            Numbers::Own => change.clone(),
            Numbers::Next => renumber::next(work.conn, change.clone())?,
        };
        own::insert(work.conn, &change, definition)?;
        raise_stamp(work.conn, &change)?;
        for key in own::touches(&change) {
            work.touch(&key);
        }
    }
    Ok(())
}

/// The next save comes later than what came back.
pub(super) fn raise_stamp(conn: &Connection, change: &Change) -> Result<()> {
    let last = meta::stamp(conn)?;
    meta::set_stamp(conn, last.max(change.stamp))
}
