//! Finding and saving records.

use super::convert::{Done, place, stored};
use super::{SqliteStore, sql};
use grebeg_core::register::RecordKey;
use grebeg_core::sync::store::Stored;
use rusqlite::{Params, Row, named_params};
use uuid::Uuid;

impl SqliteStore<'_> {
    pub(super) fn get_record(&self, key: &RecordKey) -> Done<Option<Stored>> {
        let mut statement = self.connection.prepare_cached(sql!("record/get"))?;
        let mut rows = statement.query(named_params! {
            ":campaign": self.campaign.0.as_bytes(), ":kind": key.kind, ":id": key.id.as_bytes(),
        })?;
        rows.next()?.map(|row| stored(row, 0)).transpose()
    }

    pub(super) fn put_record(&self, key: &RecordKey, record: &Stored) -> Done<u64> {
        let registers = record.registers.to_bytes();
        let owner = record.owner.as_ref().map(|o| *o.as_bytes());
        if record.row == 0 {
            self.connection.prepare_cached(sql!("record/insert"))?.execute(named_params! {
                ":campaign": self.campaign.0.as_bytes(), ":kind": key.kind, ":id": key.id.as_bytes(), ":home": record.home,
                ":owner": owner, ":scope_seq": place(record.scope_seq), ":ord": place(record.ord), ":registers": registers,
            })?;
            return Ok(self.connection.last_insert_rowid() as u64);
        }
        self.connection.prepare_cached(sql!("record/update"))?.execute(named_params! {
            ":row": place(record.row), ":home": record.home, ":owner": owner, ":scope_seq": place(record.scope_seq),
            ":ord": place(record.ord), ":registers": registers,
        })?;
        Ok(record.row)
    }

    pub(super) fn list_records(
        &self,
        statement: &str,
        params: impl Params,
    ) -> Done<Vec<(RecordKey, Stored)>> {
        let mut statement = self.connection.prepare_cached(statement)?;
        let mut rows = statement.query(params)?;
        let mut list = Vec::new();
        while let Some(row) = rows.next()? {
            list.push(keyed(row)?);
        }
        Ok(list)
    }

    /// Rows of a home after a cursor, only of `kinds`; others are passed over without being decoded.
    pub(super) fn list_after(
        &self,
        home: &str,
        kinds: &[&str],
        after: (u64, u64),
        limit: usize,
    ) -> Done<Vec<(RecordKey, Stored)>> {
        let mut statement = self.connection.prepare_cached(sql!("record/after"))?;
        let mut rows = statement.query(named_params! {
            ":campaign": self.campaign.0.as_bytes(), ":home": home, ":ord": place(after.0), ":row": place(after.1),
        })?;
        let mut list = Vec::new();
        while list.len() < limit
            && let Some(row) = rows.next()?
        {
            let kind: &str = row
                .get_ref(0)?
                .as_str()
                .map_err(|_| super::convert::damaged("a kind"))?;
            if kinds.contains(&kind) {
                list.push(keyed(row)?);
            }
        }
        Ok(list)
    }

    pub(super) fn list_hanging(&self, trader: Uuid) -> Done<Vec<(RecordKey, Stored)>> {
        self.list_records(
            sql!("record/hanging_on"),
            named_params! { ":campaign": self.campaign.0.as_bytes(), ":owner": trader.as_bytes() },
        )
    }
}

/// A row that begins with kind and id.
fn keyed(row: &Row<'_>) -> Done<(RecordKey, Stored)> {
    let kind: String = row.get(0)?;
    let id: [u8; 16] = row.get(1)?;
    Ok((RecordKey::new(kind, Uuid::from_bytes(id)), stored(row, 2)?))
}
