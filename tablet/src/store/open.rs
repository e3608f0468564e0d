//! The one way to open a tablet's database.
//!
//! Order of steps, and why:
//! 1. the key, before anything else (feature `sqlcipher`; the feature `plain` leaves the file readable, for support);
//! 2. `locking_mode = exclusive` before the first read: there is one process, and without shared memory beside the file a
//!    full disk does not stop us from reading;
//! 3. WAL with `synchronous = full`: a save is on the disk when it answers;
//! 4. `temp_store = memory` and `secure_delete`: no name is left in a temporary file or in free pages;
//! 5. a quick check of the whole file, so that damage is noticed before anything is saved on it or sent from it;
//! 6. migrations, each in a transaction of its own.
//!
//! A file that is damaged is never deleted: `doctor --repair` sets it aside.

use super::migrate;
use crate::error::{Result, TabletError};
use crate::home::Home;
use rusqlite::Connection;
use rusqlite::config::DbConfig;
use std::path::Path;
use std::time::Duration;

/// Statements kept ready: more than there are.
const STATEMENTS_MAX: usize = 128;
/// Pages kept in memory: a tablet's whole market and its search index, 16 MiB.
const CACHE_KIB: i64 = 16_000;
/// Pages of the WAL after which it is carried over into the file.
const CHECKPOINT_PAGES: i64 = 1_000;

/// Opens the database of a home, making it if there is none.
///
/// Errors: `key_wrong`, `store_damaged`, `store_newer`, and those of the disk.
pub fn open_database(home: &Home, key: &[u8; 32]) -> Result<Connection> {
    // With another key the first page reads like a damaged one; only the mark of the key tells them apart.
    let conn = unchecked(&home.database(), key).map_err(|error| match error {
        TabletError::Damaged(_) if !home.is_own_key(key) => TabletError::KeyWrong,
        error => error,
    })?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    conn.busy_timeout(Duration::from_secs(2))?;
    // Plans do not depend on the values that are bound; otherwise SQLite plans a statement anew at each use wherever a value
    // might decide about a partial index.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    pragma(&conn, "journal_mode", "wal")?;
    pragma(&conn, "synchronous", "full")?;
    pragma(&conn, "temp_store", "memory")?;
    pragma(&conn, "secure_delete", "on")?;
    pragma(&conn, "foreign_keys", "on")?;
    conn.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    // Each page read anew is a page to decrypt: what the check reads stays at hand for the lists and searches that follow.
    conn.pragma_update(None, "cache_size", -CACHE_KIB)?;
    check(&conn)?;
    migrate::run(&conn)?;
    Ok(conn)
}

/// Opens a file whose first page can be read, whatever the others are like. Errors: `store_damaged`, `not_encrypted`.
pub fn unchecked(path: &Path, key: &[u8; 32]) -> Result<Connection> {
    let conn = Connection::open(path)?;
    unlock(&conn, key)?;
    read_first_page(&conn)?;
    Ok(conn)
}

fn read_first_page(conn: &Connection) -> Result<()> {
    pragma(conn, "locking_mode", "exclusive")?;
    conn.pragma_query_value(None, "schema_version", |_| Ok(()))
        .map_err(TabletError::from)
}

/// Reads every page in use once; SQLCipher seals each, so that this finds each changed bit.
///
/// Table by table, because a check of the whole file has the search index verify itself as well: half as long again for
/// what can be made anew at any time (`doctor` looks at it).
fn check(conn: &Connection) -> Result<()> {
    let mut statement = conn.prepare(include_str!("../../sql/meta/tables.sql"))?;
    let names = statement.query_map([], |row| row.get(0))?;
    let names: Vec<String> = names.collect::<rusqlite::Result<_>>()?;
    for name in names {
        let mut damage = None;
        conn.pragma(None, "quick_check", &name, |row| {
            let said: String = row.get(0)?;
            damage = damage.take().or((said != "ok").then_some(said));
            Ok(())
        })?;
        if let Some(damage) = damage {
            return Err(TabletError::Damaged(damage));
        }
    }
    check_free_pages(conn)
}

/// Pages that no table uses are read by no check of a table; a changed bit in one of them would fail a save some day.
fn check_free_pages(conn: &Connection) -> Result<()> {
    let free: i64 = conn.pragma_query_value(None, "freelist_count", |row| row.get(0))?;
    if free == 0 {
        return Ok(());
    }
    // A page that a power cut left half written in the file is whole in the WAL, which has to be carried over first. On a full
    // disk that waits, and so does this.
    let carried = conn.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(()));
    if carried.is_err() {
        return Ok(());
    }
    let mut damage = None;
    // Answers with a row for each damaged page; a library without encryption does not know it and answers nothing.
    conn.pragma_query(None, "cipher_integrity_check", |row| {
        let said: String = row.get(0)?;
        damage = damage.take().or(Some(said));
        Ok(())
    })?;
    damage.map_or(Ok(()), |damage| Err(TabletError::Damaged(damage)))
}

fn pragma(conn: &Connection, name: &str, value: &str) -> Result<()> {
    // Some pragmas answer with a row and some do not.
    conn.pragma_update_and_check(None, name, value, |_| Ok(()))
        .or_else(|error| match error {
            rusqlite::Error::QueryReturnedNoRows => Ok(()),
            error => Err(error),
        })
        .map_err(TabletError::from)
}

#[cfg(feature = "sqlcipher")]
fn unlock(conn: &Connection, key: &[u8; 32]) -> Result<()> {
    let hex = grebeg_core::wire::json::to_hex(key);
    pragma(conn, "key", &format!("x'{hex}'"))?;
    // Without this one damaged page writes thousands of lines to stderr.
    pragma(conn, "cipher_log_level", "NONE")?;
    // A library without encryption takes the key in silence and writes names in clear.
    let version = conn.pragma_query_value(None, "cipher_version", |row| row.get::<_, String>(0));
    match version {
        Ok(_) => Ok(()),
        Err(rusqlite::Error::QueryReturnedNoRows) => Err(TabletError::NotEncrypted),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(feature = "sqlcipher"))]
fn unlock(_conn: &Connection, _key: &[u8; 32]) -> Result<()> {
    Ok(())
}
