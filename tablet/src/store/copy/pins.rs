//! PINs stand in the copy too: otherwise whoever deletes the database could choose new ones, or try for ever.

use super::{Entry, Kept};
use crate::error::Result;
use crate::store::pin::{self, PinRow};
use crate::store::{Store, meta};
use grebeg_core::id::PersonId;
use rusqlite::Connection;
use std::collections::BTreeMap;

impl Store {
    /// Keeps what is known of a person's PIN now.
    pub fn keep_pin(&mut self, person: PersonId, row: &PinRow) -> Result<()> {
        self.transaction(|tx| pin::put(tx, person, row))?;
        self.copy_entry(Entry::Pin(person, Some(row.clone())));
        Ok(())
    }

    pub fn forget_pin(&mut self, person: PersonId) -> Result<()> {
        self.transaction(|tx| pin::delete(tx, person))?;
        self.copy_entry(Entry::Pin(person, None));
        Ok(())
    }
}

/// What a database lacks of the PINs that the copy has; of two counts of errors for one PIN the higher counts.
pub(super) fn missing(conn: &Connection, kept: &Kept) -> Result<Vec<(PersonId, PinRow)>> {
    if meta::flag(conn, "revoked")? {
        return Ok(Vec::new());
    }
    let there: BTreeMap<_, _> = pin::all(conn)?.into_iter().collect();
    let is_behind = |person: &PersonId, kept: &PinRow| {
        let there = there.get(person);
        there.is_none_or(|row| row.hash == kept.hash && row.wrong < kept.wrong)
    };
    let missing = kept.pins.iter().filter(|(who, pin)| is_behind(who, pin));
    Ok(missing.map(|(who, pin)| (*who, pin.clone())).collect())
}
