//! A home that is being filled, beside what is shown.

use crate::error::Result;
use grebeg_core::register::{RecordKey, Registers};
use rusqlite::{Connection, OptionalExtension, named_params};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A record on its way into a home.
#[derive(Debug, Clone, PartialEq)]
pub struct FillRow {
    pub home: String,
    pub owner: Option<Uuid>,
    pub registers: Registers,
}

/// What a transaction knows of the homes that are being filled. Most homes come whole within one page: what is written stays in
/// memory until the transaction ends, and only what belongs to a home that is not whole by then is stored.
#[derive(Debug)]
pub struct Filling<'c> {
    conn: &'c Connection,
    written: BTreeMap<RecordKey, FillRow>,
    /// Something may lie in the table from earlier pages.
    stored: bool,
}

impl<'c> Filling<'c> {
    /// `stored`: a home is being filled since an earlier transaction.
    pub fn begin(conn: &'c Connection, stored: bool) -> Self {
        Self {
            conn,
            written: BTreeMap::new(),
            stored,
        }
    }

    /// The row to be worked on, out of what is known; [`put`](Self::put) gives it back.
    pub fn take(&mut self, key: &RecordKey) -> Result<Option<FillRow>> {
        match self.written.remove(key) {
            Some(row) => Ok(Some(row)),
            None if self.stored => get(self.conn, key),
            None => Ok(None),
        }
    }

    pub fn put(&mut self, key: RecordKey, row: FillRow) {
        self.written.insert(key, row);
    }

    /// The trader to whom a record on its way belongs.
    pub fn owner(&self, key: &RecordKey) -> Result<Option<Uuid>> {
        match self.written.get(key) {
            Some(row) => Ok(row.owner),
            None if self.stored => Ok(get(self.conn, key)?.and_then(|row| row.owner)),
            None => Ok(None),
        }
    }

    /// A record has left the home into which it was on its way.
    pub fn leave(&mut self, home: &str, key: &RecordKey) -> Result<()> {
        if let Some(row) = self.take(key)? {
            if row.home != home {
                self.put(key.clone(), row);
            } else if self.stored {
                self.conn
                    .prepare_cached(include_str!("../../sql/record/fill_delete.sql"))?
                    .execute(named_params! { ":kind": key.kind, ":id": key.id })?;
            }
        }
        Ok(())
    }

    /// Forgets what has arrived for a home.
    pub fn clear(&mut self, home: &str) -> Result<()> {
        self.written.retain(|_, row| row.home != home);
        if self.stored {
            self.conn
                .prepare_cached(include_str!("../../sql/record/fill_clear.sql"))?
                .execute(named_params! { ":home": home })?;
        }
        Ok(())
    }

    /// Takes out all that has arrived for a home, in the order of kind and id.
    pub fn take_home(&mut self, home: &str) -> Result<BTreeMap<RecordKey, FillRow>> {
        let mut arrived = match self.stored {
            true => of_home(self.conn, home)?,
            false => BTreeMap::new(),
        };
        arrived.extend(self.written.extract_if(.., |_, row| row.home == home));
        self.clear(home)?;
        Ok(arrived)
    }

    /// Stores what is not whole yet.
    pub fn store(self) -> Result<()> {
        for (key, row) in &self.written {
            put(self.conn, key, row)?;
        }
        Ok(())
    }
}

fn get(conn: &Connection, key: &RecordKey) -> Result<Option<FillRow>> {
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

fn put(conn: &Connection, key: &RecordKey, row: &FillRow) -> Result<()> {
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

/// What is stored of a home that is not whole yet.
pub fn of_home(conn: &Connection, home: &str) -> Result<BTreeMap<RecordKey, FillRow>> {
    let mut statement = conn.prepare_cached(include_str!("../../sql/record/fill_of_home.sql"))?;
    let mut rows = statement.query(named_params! { ":home": home })?;
    let mut records = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let kind: String = row.get(0)?;
        let bytes: Vec<u8> = row.get(3)?;
        let value = FillRow {
            home: home.to_owned(),
            owner: row.get(2)?,
            registers: Registers::from_bytes(&bytes)?,
        };
        records.insert(RecordKey::new(kind, row.get(1)?), value);
    }
    Ok(records)
}
