//! What can still be read of a damaged database.
//!
//! Under encryption a connection is of no use after the first damaged page. So each change is read by its own key, and after
//! each failure the file is opened again. Where the pages that lead to the changes are damaged, each page of the file is looked at
//! as if it were the table.

use crate::error::{Result, file_failed};
use crate::home::{Home, SCRATCH, sibling};
use crate::store::own::{self, OwnChange};
use crate::store::pin::{self, PinRow};
use crate::store::{meta, open};
use grebeg_core::id::PersonId;
use rusqlite::{Connection, named_params};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Where the keys of a table end is not known when its last page is damaged: after so many in a row that cannot be read
/// there are no more.
const MISSES_MAX: i64 = 2_000;

/// What a damaged database still gave.
#[derive(Debug, Default)]
pub struct Read {
    pub identity: Vec<(String, Vec<u8>)>,
    /// In the order of recording.
    pub own: Vec<OwnChange>,
    pub pins: Vec<(PersonId, PinRow)>,
}

/// Reads a second file with the same content, so that opening does not change the damaged one.
pub fn read(home: &Home, key: &[u8; 32]) -> Read {
    let Ok(file) = Scratch::of(&home.database()) else {
        return Read::default();
    };
    let mut reader = Reader {
        path: &file.0,
        key,
        conn: None,
        has_failed: false,
    };
    let identity = meta::IDENTITY.iter().filter_map(|row| {
        let value = reader.ask(|conn| meta::get(conn, row)).flatten()?;
        Some(((*row).to_owned(), value))
    });
    let identity = identity.collect();
    let pins = reader.ask(pin::all).unwrap_or_default();
    Read {
        identity,
        pins,
        own: reader.own_changes(),
    }
}

struct Reader<'p> {
    path: &'p Path,
    key: &'p [u8; 32],
    conn: Option<Connection>,
    /// A page that was needed is damaged.
    has_failed: bool,
}

impl Reader<'_> {
    /// The answer, or `None` where the pages that it needs are damaged.
    fn ask<T>(&mut self, question: impl FnOnce(&Connection) -> Result<T>) -> Option<T> {
        let answer = self.try_ask(question);
        self.has_failed |= answer.is_none();
        answer
    }

    fn try_ask<T>(&mut self, question: impl FnOnce(&Connection) -> Result<T>) -> Option<T> {
        let conn = match self.conn.take() {
            Some(conn) => conn,
            None => open::unchecked(self.path, self.key).ok()?,
        };
        let answer = question(&conn).ok()?;
        self.conn = Some(conn);
        Some(answer)
    }

    fn own_changes(&mut self) -> Vec<OwnChange> {
        self.has_failed = false;
        let last = self.ask(own::last_key);
        let mut found = BTreeMap::new();
        let (mut key, mut misses) = (0, 0);
        while last.map_or(misses < MISSES_MAX, |last| key < last) {
            key += 1;
            misses += 1;
            if let Some(Some(change)) = self.ask(|conn| own::by_key(conn, key)) {
                found.insert(key, change);
                misses = 0;
            }
        }
        if self.has_failed {
            for change in self.own_changes_by_page() {
                found.entry(change.key).or_insert(change);
            }
        }
        found.into_values().collect()
    }

    /// Changes on pages that the table's own ways do not lead to any more. What is on a page of another table reads as no change.
    fn own_changes_by_page(&mut self) -> Vec<OwnChange> {
        let pages =
            self.ask(|conn| Ok(conn.pragma_query_value(None, "page_count", |row| row.get(0))?));
        let pages: i64 = pages.unwrap_or(0);
        let mut found = Vec::new();
        for page in 2..=pages {
            let is_root = self.ask(|conn| {
                conn.pragma_update(None, "synchronous", "off")?;
                conn.pragma_update(None, "writable_schema", true)?;
                let sql = include_str!("../../../sql/own/salvage_root.sql");
                Ok(conn.execute(sql, named_params! { ":page": page })?)
            });
            if is_root.is_none() {
                // The schema itself cannot be read.
                return found;
            }
            // A new connection reads the schema anew.
            self.conn = None;
            if let Some(changes) = self.ask(own::readable) {
                found.extend(changes);
            }
            self.conn = None;
        }
        found
    }
}

/// A second file with a database's content, with its WAL; it is deleted at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn of(database: &Path) -> Result<Self> {
        let failed = || file_failed("the damaged database could not be copied");
        let scratch = Self(database.with_extension(SCRATCH));
        std::fs::copy(database, &scratch.0).map_err(failed())?;
        let wal = sibling(database, "-wal");
        if wal.exists() {
            std::fs::copy(&wal, sibling(&scratch.0, "-wal")).map_err(failed())?;
        }
        Ok(scratch)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        for end in ["", "-wal", "-shm"] {
            // One that is not there needs no deleting.
            drop(std::fs::remove_file(sibling(&self.0, end)));
        }
    }
}
