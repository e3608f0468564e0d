//! Brings a database to the present schema: files that are only ever added, each applied in one transaction.

use crate::error::{Result, TabletError};
use crate::search;
use rusqlite::Connection;

const MIGRATIONS: &[&str] = &[
    include_str!("../../sql/migrations/0001_start.sql"),
    include_str!("../../sql/migrations/0002_books.sql"),
    include_str!("../../sql/migrations/0003_pages.sql"),
    include_str!("../../sql/migrations/0004_reasons.sql"),
];

/// The schema that this program writes.
pub const VERSION: i64 = MIGRATIONS.len() as i64;

pub fn run(conn: &Connection) -> Result<()> {
    let version: i64 = conn.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version > VERSION {
        return Err(TabletError::NewerData);
    }
    for (number, sql) in (1i64..).zip(MIGRATIONS) {
        if number <= version {
            continue;
        }
        let transaction = conn.unchecked_transaction()?;
        transaction.execute_batch(sql)?;
        if number == 1 {
            // The search keeps its own tables; they belong to the first schema.
            search::create_schema(&transaction)?;
        }
        transaction.pragma_update(None, "user_version", number)?;
        transaction.commit()?;
    }
    Ok(())
}
