//! Rows of records: the confirmed registers, and those shown where own changes lie over them.

use crate::error::Result;
use grebeg_core::digest::Sum;
use grebeg_core::register::{RecordKey, Registers};
use rusqlite::{Connection, OptionalExtension, named_params};
use uuid::Uuid;

/// A record as it is kept.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Row {
    pub home: String,
    /// The trader that it belongs to; a trader's own id for a trader.
    pub owner: Option<Uuid>,
    pub confirmed: Option<Registers>,
    pub screen: Option<Registers>,
}

impl Row {
    /// What screens show.
    pub fn shown(&self) -> Option<&Registers> {
        self.screen.as_ref().or(self.confirmed.as_ref())
    }
}

/// A home and the digest of its confirmed layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HomeRow {
    pub home: String,
    pub sum: Sum,
    /// It was whole once, so that its records can be seen.
    pub shown: bool,
    /// What arrives goes beside until it is whole.
    pub filling: bool,
}

fn registers(bytes: Option<Vec<u8>>) -> Result<Option<Registers>> {
    Ok(bytes.map(|b| Registers::from_bytes(&b)).transpose()?)
}

pub fn get(conn: &Connection, key: &RecordKey) -> Result<Option<Row>> {
    let mut statement = conn.prepare_cached(include_str!("../../sql/record/get.sql"))?;
    let found = statement
        .query_row(named_params! { ":kind": key.kind, ":id": key.id }, |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })
        .optional()?;
    let Some((home, owner, confirmed, screen)) = found else {
        return Ok(None);
    };
    Ok(Some(Row {
        home,
        owner,
        confirmed: registers(confirmed)?,
        screen: registers(screen)?,
    }))
}

/// What screens show of one record.
pub fn shown(conn: &Connection, kind: &str, id: Uuid) -> Result<Option<Registers>> {
    let row = get(conn, &RecordKey::new(kind, id))?;
    Ok(row.and_then(|row| row.screen.or(row.confirmed)))
}

/// Writes a row; one that holds nothing any more goes.
pub fn put(conn: &Connection, key: &RecordKey, row: &Row) -> Result<()> {
    if row.confirmed.is_none() && row.screen.is_none() {
        conn.prepare_cached(include_str!("../../sql/record/delete.sql"))?
            .execute(named_params! { ":kind": key.kind, ":id": key.id })?;
        return Ok(());
    }
    conn.prepare_cached(include_str!("../../sql/record/put.sql"))?
        .execute(named_params! {
            ":kind": key.kind,
            ":id": key.id,
            ":home": row.home,
            ":owner": row.owner,
            ":confirmed": row.confirmed.as_ref().map(Registers::to_bytes),
            ":screen": row.screen.as_ref().map(Registers::to_bytes),
        })?;
    Ok(())
}

/// All that belongs to a trader, the trader too, as screens show it; in the order of kind and id.
pub fn of_owner(conn: &Connection, trader: Uuid) -> Result<Vec<(RecordKey, Registers)>> {
    let mut statement = conn.prepare_cached(include_str!("../../sql/record/of_owner.sql"))?;
    let mut rows = statement.query(named_params! { ":owner": trader })?;
    let mut records = Vec::new();
    while let Some(row) = rows.next()? {
        let kind: String = row.get(0)?;
        let bytes: Vec<u8> = row.get(2)?;
        records.push((
            RecordKey::new(kind, row.get(1)?),
            Registers::from_bytes(&bytes)?,
        ));
    }
    Ok(records)
}

/// All records of a kind as screens show them, in the order of ids.
pub fn of_kind(conn: &Connection, kind: &str) -> Result<Vec<(Uuid, Registers)>> {
    let mut statement = conn.prepare_cached(include_str!("../../sql/record/of_kind.sql"))?;
    let mut rows = statement.query(named_params! { ":kind": kind })?;
    let mut records = Vec::new();
    while let Some(row) = rows.next()? {
        let bytes: Vec<u8> = row.get(1)?;
        records.push((row.get(0)?, Registers::from_bytes(&bytes)?));
    }
    Ok(records)
}

/// Every row, in the order of kind and id.
pub fn all(conn: &Connection) -> Result<Vec<(RecordKey, Row)>> {
    let mut statement = conn.prepare_cached(include_str!("../../sql/record/all.sql"))?;
    let mut rows = statement.query([])?;
    let mut records = Vec::new();
    while let Some(row) = rows.next()? {
        let kind: String = row.get(0)?;
        let value = Row {
            home: row.get(2)?,
            owner: row.get(3)?,
            confirmed: registers(row.get(4)?)?,
            screen: registers(row.get(5)?)?,
        };
        records.push((RecordKey::new(kind, row.get(1)?), value));
    }
    Ok(records)
}

fn keys(conn: &Connection, sql: &str, params: impl rusqlite::Params) -> Result<Vec<RecordKey>> {
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map(params, |row| {
        Ok(RecordKey {
            kind: row.get(0)?,
            id: row.get(1)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub fn keys_of_owner(conn: &Connection, trader: Uuid) -> Result<Vec<RecordKey>> {
    let params = named_params! { ":owner": trader };
    keys(
        conn,
        include_str!("../../sql/record/keys_of_owner.sql"),
        params,
    )
}

pub fn keys_of_home(conn: &Connection, home: &str) -> Result<Vec<RecordKey>> {
    let params = named_params! { ":home": home };
    keys(
        conn,
        include_str!("../../sql/record/keys_of_home.sql"),
        params,
    )
}

/// Records that hang on a visit and came before it.
pub fn unowned(conn: &Connection) -> Result<Vec<RecordKey>> {
    keys(conn, include_str!("../../sql/record/unowned.sql"), [])
}

pub fn trader_ids(conn: &Connection) -> Result<Vec<Uuid>> {
    let mut statement = conn.prepare_cached(include_str!("../../sql/record/ids_of_kind.sql"))?;
    let rows = statement.query_map(named_params! { ":kind": "trader" }, |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub fn homes(conn: &Connection) -> Result<Vec<HomeRow>> {
    let mut statement = conn.prepare_cached(include_str!("../../sql/record/home_all.sql"))?;
    let rows = statement.query_map([], |row| {
        Ok(HomeRow {
            home: row.get(0)?,
            sum: Sum(u128::from_be_bytes(row.get(1)?)),
            shown: row.get(2)?,
            filling: row.get(3)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub fn put_home(conn: &Connection, home: &HomeRow) -> Result<()> {
    conn.prepare_cached(include_str!("../../sql/record/home_put.sql"))?
        .execute(named_params! {
            ":home": home.home,
            ":sum": home.sum.0.to_be_bytes(),
            ":shown": home.shown,
            ":filling": home.filling,
        })?;
    Ok(())
}

pub fn delete_home(conn: &Connection, home: &str) -> Result<()> {
    conn.prepare_cached(include_str!("../../sql/record/home_delete.sql"))?
        .execute(named_params! { ":home": home })?;
    Ok(())
}
