//! Kept PINs: their hash, the errors since the last right one, and the pause that the last error brought.

use crate::error::Result;
use grebeg_core::id::PersonId;
use rusqlite::{Connection, OptionalExtension, named_params};

/// What is kept of one person's PIN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PinRow {
    /// Argon2id in its text form.
    pub hash: String,
    pub wrong: u32,
    /// The pause after the last error, counted from `mono_ms` of the boot `boot`.
    pub wait_ms: i64,
    pub boot: Option<u64>,
    pub mono_ms: Option<i64>,
}

pub fn get(conn: &Connection, person: PersonId) -> Result<Option<PinRow>> {
    Ok(conn
        .prepare_cached(include_str!("../../sql/desk/pin_get.sql"))?
        .query_row(named_params! { ":person": person.0 }, |row| {
            let boot: Option<i64> = row.get(3)?;
            Ok(PinRow {
                hash: row.get(0)?,
                wrong: row.get(1)?,
                wait_ms: row.get(2)?,
                boot: boot.map(i64::cast_unsigned),
                mono_ms: row.get(4)?,
            })
        })
        .optional()?)
}

/// The PINs of all people, for the sealed copy.
pub fn all(conn: &Connection) -> Result<Vec<(PersonId, PinRow)>> {
    let mut statement = conn.prepare_cached(include_str!("../../sql/desk/pin_people.sql"))?;
    let people = statement.query_map([], |row| row.get(0))?;
    let people: Vec<_> = people.collect::<rusqlite::Result<_>>()?;
    let mut pins = Vec::new();
    for person in people.into_iter().map(PersonId) {
        pins.extend(get(conn, person)?.map(|pin| (person, pin)));
    }
    Ok(pins)
}

pub fn put(conn: &Connection, person: PersonId, pin: &PinRow) -> Result<()> {
    conn.prepare_cached(include_str!("../../sql/desk/pin_put.sql"))?
        .execute(named_params! {
            ":person": person.0,
            ":hash": pin.hash,
            ":wrong": pin.wrong,
            ":wait_ms": pin.wait_ms,
            ":boot": pin.boot.map(u64::cast_signed),
            ":mono_ms": pin.mono_ms,
        })?;
    Ok(())
}

pub fn delete(conn: &Connection, person: PersonId) -> Result<()> {
    conn.prepare_cached(include_str!("../../sql/desk/pin_delete.sql"))?
        .execute(named_params! { ":person": person.0 })?;
    Ok(())
}
