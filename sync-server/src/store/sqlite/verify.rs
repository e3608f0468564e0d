//! Reading the store row by row, as `verify` needs it: nothing is assumed to fit, and nothing is kept in memory.

use super::convert::{Done, damaged, filed_visit, key, number, place, stored, uuid, uuid_option};
use super::directory::code;
use super::{SqliteStore, sql};
use crate::store::rows::CodeRow;
use grebeg_core::change::Hash;
use grebeg_core::digest::Sum;
use grebeg_core::id::{DeviceId, PersonId};
use grebeg_core::register::RecordKey;
use grebeg_core::stamp::Stamp;
use grebeg_core::sync::messages::State;
use grebeg_core::sync::store::{FiledVisit, Stored};
use rusqlite::{Connection, Params, Row, named_params};
use std::time::Duration;

/// A filed change as it stands in its row.
#[derive(Debug, Clone)]
pub struct ChangeRow {
    pub device: DeviceId,
    pub n: u64,
    pub hash: Hash,
    pub in_chain: bool,
    pub state: State,
    pub seq: u64,
    pub settled_seq: u64,
    pub stamp: Stamp,
    pub received_ms: i64,
    pub commit_ms: i64,
    pub content_hash: Hash,
    pub author: Option<PersonId>,
    pub visit: Option<FiledVisit>,
    pub bytes: Vec<u8>,
}

/// What SQLite itself finds wrong with the file; empty when nothing. `quick` leaves out the indexes.
pub fn integrity(connection: &Connection, quick: bool) -> Done<Vec<String>> {
    let statement = match quick {
        true => sql!("verify/quick"),
        false => sql!("verify/integrity"),
    };
    let mut statement = connection.prepare(statement)?;
    let lines = statement.query_map([], |row| row.get::<_, String>(0))?;
    let mut found = lines.collect::<Result<Vec<_>, _>>()?;
    found.retain(|line| line != "ok");
    Ok(found)
}

/// Readers are waited for so long: they read a page of the store and are done.
const CHECKPOINT_WAIT: Duration = Duration::from_secs(5);

/// Writes the log beside the store into the store and empties it, so that the file alone is complete and nothing that was
/// taken out stays beside it. `false`: somebody still reads what was before; the log is emptied at a later time.
pub fn checkpoint(connection: &Connection) -> Done<bool> {
    connection.busy_timeout(CHECKPOINT_WAIT)?;
    let mut complete = false;
    connection.pragma(None, "wal_checkpoint", "truncate", |row| {
        complete = row.get::<_, i64>(0)? == 0;
        Ok(())
    })?;
    Ok(complete)
}

impl SqliteStore<'_> {
    /// Accepted changes in their order, up to a place.
    pub fn each_accepted(&self, until_seq: u64, take: impl FnMut(ChangeRow)) -> Done<()> {
        let params = named_params! {
            ":campaign": self.campaign.0.as_bytes(), ":until_seq": place(until_seq),
        };
        self.each_change(sql!("verify/accepted"), params, take)
    }

    /// All that has no place in the order.
    pub fn each_other_change(&self, take: impl FnMut(ChangeRow)) -> Done<()> {
        let params = named_params! { ":campaign": self.campaign.0.as_bytes() };
        self.each_change(sql!("verify/others"), params, take)
    }

    fn each_change(
        &self,
        statement: &str,
        params: impl Params,
        mut take: impl FnMut(ChangeRow),
    ) -> Done<()> {
        let mut statement = self.connection.prepare_cached(statement)?;
        let mut rows = statement.query(params)?;
        while let Some(row) = rows.next()? {
            take(change_row(row)?);
        }
        Ok(())
    }

    /// All records by kind and id.
    pub fn each_record(&self, mut take: impl FnMut(RecordKey, Stored)) -> Done<()> {
        let mut statement = self.connection.prepare_cached(sql!("record/all"))?;
        let mut rows =
            statement.query(named_params! { ":campaign": self.campaign.0.as_bytes() })?;
        while let Some(row) = rows.next()? {
            take(key(row)?, stored(row, 2)?);
        }
        Ok(())
    }

    /// Every device with the highest `n` that it is said to have.
    pub fn all_high_n(&self) -> Done<Vec<(DeviceId, u64)>> {
        let mut statement = self.connection.prepare_cached(sql!("verify/devices"))?;
        let mut rows =
            statement.query(named_params! { ":campaign": self.campaign.0.as_bytes() })?;
        let mut list = Vec::new();
        while let Some(row) = rows.next()? {
            list.push((DeviceId(uuid(row, "device")?), number(row, "high_n")?));
        }
        Ok(list)
    }

    /// Every sum that is kept, by home and readership.
    pub fn all_digests(&self) -> Done<Vec<((String, u8), Sum)>> {
        let mut statement = self.connection.prepare_cached(sql!("verify/digests"))?;
        let mut rows =
            statement.query(named_params! { ":campaign": self.campaign.0.as_bytes() })?;
        let mut list = Vec::new();
        while let Some(row) = rows.next()? {
            let sum: [u8; 16] = row.get("sum")?;
            let home = (row.get("home")?, row.get("readers")?);
            list.push((home, Sum(u128::from_be_bytes(sum))));
        }
        Ok(list)
    }

    /// Tables whose rows only ever come in, with how many rows are missing between the first and the last.
    pub fn gaps(&self) -> Done<Vec<(String, u64)>> {
        let mut statement = self.connection.prepare_cached(sql!("verify/gaps"))?;
        let mut rows = statement.query([])?;
        let mut list = Vec::new();
        while let Some(row) = rows.next()? {
            list.push((row.get("name")?, number(row, "missing")?));
        }
        Ok(list)
    }

    /// Enrolment codes that nobody has used.
    pub fn open_codes(&self) -> Done<Vec<CodeRow>> {
        let mut statement = self
            .connection
            .prepare_cached(sql!("enrolment/open_codes"))?;
        let mut rows =
            statement.query(named_params! { ":campaign": self.campaign.0.as_bytes() })?;
        let mut list = Vec::new();
        while let Some(row) = rows.next()? {
            list.push(code(row)?);
        }
        Ok(list)
    }

    /// Spends every open code.
    pub fn spend_all_codes(&self, now_ms: i64) -> Done<()> {
        self.connection
            .prepare_cached(sql!("enrolment/spend_all_codes"))?
            .execute(
                named_params! { ":campaign": self.campaign.0.as_bytes(), ":now_ms": now_ms },
            )?;
        Ok(())
    }
}

fn change_row(row: &Row<'_>) -> Done<ChangeRow> {
    let state: String = row.get("state")?;
    let seq = number(row, "seq")?;
    Ok(ChangeRow {
        device: DeviceId(uuid(row, "device")?),
        n: number(row, "n")?,
        hash: row.get("hash")?,
        in_chain: row.get("in_chain")?,
        state: State::parse(&state).ok_or_else(|| damaged("a state that is none"))?,
        seq: if place(seq) == i64::MAX { 0 } else { seq },
        settled_seq: number(row, "settled_seq")?,
        stamp: Stamp(number(row, "stamp")?),
        received_ms: row.get("received_ms")?,
        commit_ms: row.get("commit_ms")?,
        content_hash: row.get("content_hash")?,
        author: uuid_option(row, "author")?.map(PersonId),
        visit: filed_visit(row)?,
        bytes: row.get("bytes")?,
    })
}
