//! Half-filled sheets: one for each person and trader, whatever the page puts into it.

use crate::error::{Result, TabletError};
use grebeg_core::id::PersonId;
use rusqlite::{Connection, OptionalExtension, named_params};
use serde_json::Value;
use uuid::Uuid;

/// Bytes of a draft; a sheet holds a note of two thousand characters and some dozens of codes.
const BYTES_MAX: usize = 32 << 10;

pub fn get(conn: &Connection, person: PersonId, trader: Uuid) -> Result<Option<Value>> {
    let body: Option<String> = conn
        .prepare_cached(include_str!("../../sql/desk/draft_get.sql"))?
        .query_row(
            named_params! { ":person": person.0, ":trader": trader },
            |row| row.get(0),
        )
        .optional()?;
    // A draft that cannot be read any more is none.
    Ok(body.and_then(|body| serde_json::from_str(&body).ok()))
}

/// Keeps a draft; null lets it go. Errors: `too_long`.
pub fn put(conn: &Connection, person: PersonId, trader: Uuid, draft: &Value) -> Result<()> {
    if draft.is_null() {
        return forget(conn, person, trader);
    }
    let body = draft.to_string();
    if body.len() > BYTES_MAX {
        return Err(TabletError::TooLong {
            field: "draft".into(),
            max: BYTES_MAX,
        });
    }
    conn.prepare_cached(include_str!("../../sql/desk/draft_put.sql"))?
        .execute(named_params! { ":person": person.0, ":trader": trader, ":body": body })?;
    Ok(())
}

/// Lets a draft go; there need not be one.
pub fn forget(conn: &Connection, person: PersonId, trader: Uuid) -> Result<()> {
    conn.prepare_cached(include_str!("../../sql/desk/draft_delete.sql"))?
        .execute(named_params! { ":person": person.0, ":trader": trader })?;
    Ok(())
}

/// The trader of a person's latest draft.
pub fn latest(conn: &Connection, person: PersonId) -> Result<Option<Uuid>> {
    Ok(conn
        .prepare_cached(include_str!("../../sql/desk/draft_latest.sql"))?
        .query_row(named_params! { ":person": person.0 }, |row| row.get(0))
        .optional()?)
}
