//! Exchanges that carried own changes, for the send box.

use super::view;
use crate::error::Result;
use rusqlite::{Connection, named_params};

/// One exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    pub at_ms: i64,
    pub count: u32,
    pub receipt: Option<String>,
    pub same_as_server: bool,
}

/// Notes an exchange that carried `count` changes, under the latest working day with own changes up to `today`.
pub fn add(conn: &Connection, today: &str, at_ms: i64, count: u64, same: bool) -> Result<()> {
    let day: Option<String> = conn
        .prepare_cached(include_str!("../../sql/own/latest_day.sql"))?
        .query_row(named_params! { ":today": today }, |row| row.get(0))?;
    let Some(day) = day else { return Ok(()) };
    let receipt = view::receipt(conn, &day)?;
    conn.prepare_cached(include_str!("../../sql/desk/batch_put.sql"))?
        .execute(named_params! {
            ":at_ms": at_ms,
            ":day": day,
            ":count": i64::try_from(count).unwrap_or(i64::MAX),
            ":receipt": receipt,
            ":same": same,
        })?;
    Ok(())
}

/// Those of a working day, newest first.
pub fn of_day(conn: &Connection, day: &str) -> Result<Vec<Batch>> {
    let mut statement = conn.prepare_cached(include_str!("../../sql/desk/batch_of_day.sql"))?;
    let rows = statement.query_map(named_params! { ":day": day }, |row| {
        Ok(Batch {
            at_ms: row.get(0)?,
            count: row.get(1)?,
            receipt: row.get(2)?,
            same_as_server: row.get(3)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
