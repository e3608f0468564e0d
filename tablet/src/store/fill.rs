//! A home that is being filled, beside what is shown.

use crate::error::Result;
use grebeg_core::register::{RecordKey, Registers};
use rusqlite::{Connection, OptionalExtension, named_params};
use uuid::Uuid;

/// A record on its way into a home.
#[derive(Debug, Clone, PartialEq)]
pub struct FillRow {
    pub home: String,
    pub owner: Option<Uuid>,
    pub registers: Registers,
}

pub fn get(conn: &Connection, key: &RecordKey) -> Result<Option<FillRow>> {
    let mut statement = conn.prepare_cached(include_str!("../../sql/record/fill_get.sql"))?;
    let found: Option<(String, Option<Uuid>, Vec<u8>)> = statement
        .query_row(named_params! { ":kind": key.kind, ":id": key.id }, |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    let Some((home, owner, bytes)) = found else {
        return Ok(None);
    };
    Ok(Some(FillRow {
        home,
        owner,
        registers: Registers::from_bytes(&bytes)?,
    }))
}

pub fn put(conn: &Connection, key: &RecordKey, row: &FillRow) -> Result<()> {
    conn.prepare_cached(include_str!("../../sql/record/fill_put.sql"))?
        .execute(named_params! {
            ":kind": key.kind,
            ":id": key.id,
            ":home": row.home,
            ":owner": row.owner,
            ":confirmed": row.registers.to_bytes(),
        })?;
    Ok(())
}

pub fn delete(conn: &Connection, key: &RecordKey) -> Result<()> {
    conn.prepare_cached(include_str!("../../sql/record/fill_delete.sql"))?
        .execute(named_params! { ":kind": key.kind, ":id": key.id })?;
    Ok(())
}

pub fn clear(conn: &Connection, home: &str) -> Result<()> {
    conn.prepare_cached(include_str!("../../sql/record/fill_clear.sql"))?
        .execute(named_params! { ":home": home })?;
    Ok(())
}

/// All that has arrived for a home.
pub fn of_home(conn: &Connection, home: &str) -> Result<Vec<(RecordKey, FillRow)>> {
    let mut statement = conn.prepare_cached(include_str!("../../sql/record/fill_of_home.sql"))?;
    let mut rows = statement.query(named_params! { ":home": home })?;
    let mut records = Vec::new();
    while let Some(row) = rows.next()? {
        let kind: String = row.get(0)?;
        let bytes: Vec<u8> = row.get(3)?;
        let value = FillRow {
            home: home.to_owned(),
            owner: row.get(2)?,
            registers: Registers::from_bytes(&bytes)?,
        };
        records.push((RecordKey::new(kind, row.get(1)?), value));
    }
    Ok(records)
}
