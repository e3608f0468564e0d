//! This tablet's own changes: kept whole for the campaign, found by name, state, day and record.

use crate::error::Result;
use chrono::NaiveDate;
use grebeg_core::change::{Change, ChangeName, Hash};
use grebeg_core::codec::DecodeError;
use grebeg_core::definition::Definition;
use grebeg_core::id::{DeviceId, PersonId};
use grebeg_core::receipt;
use grebeg_core::register::RecordKey;
use grebeg_core::stamp::Stamp;
use grebeg_core::sync::messages::{Elsewhere, HeldReason, State};
use grebeg_core::value::Value;
use rusqlite::{Connection, OptionalExtension, Params, Row, named_params};
use std::collections::HashSet;
use uuid::Uuid;

/// What has become of an own change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnState {
    /// Saved here; the server has not said anything about it yet.
    Waiting,
    /// What the server said.
    Said(State),
}

impl OwnState {
    pub fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Said(state) => state.code(),
        }
    }

    fn parse(code: &str) -> Result<Self, DecodeError> {
        if code == "waiting" {
            return Ok(Self::Waiting);
        }
        State::parse(code)
            .map(Self::Said)
            .ok_or(DecodeError::Invalid("a state of this form"))
    }

    /// Whether its writes lie over the confirmed layer on the screen.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Said(State::HeldBack))
    }
}

/// One own change as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnChange {
    pub key: i64,
    pub state: OwnState,
    /// Code of the reason for which it is held back.
    pub reason: Option<String>,
    pub hash: Hash,
    pub change: Change,
    /// Bytes of its stored form.
    pub size: usize,
    pub visit: Option<Uuid>,
    pub market: String,
    pub day: String,
}

impl OwnChange {
    /// Held back because another tablet has used its number.
    pub fn is_forked(&self) -> bool {
        self.state == OwnState::Said(State::HeldBack)
            && self.reason.as_deref() == Some(HeldReason::ForkedDevice.code())
    }
}

fn read(row: &Row<'_>) -> Result<OwnChange> {
    let bytes: Vec<u8> = row.get("bytes")?;
    let state: String = row.get("state")?;
    Ok(OwnChange {
        key: row.get("key")?,
        state: OwnState::parse(&state)?,
        reason: row.get("reason")?,
        hash: row.get("hash")?,
        size: bytes.len(),
        change: Change::from_bytes(&bytes)?,
        visit: row.get("visit")?,
        market: row.get("market")?,
        day: row.get("day")?,
    })
}

fn list(conn: &Connection, sql: &str, params: impl Params) -> Result<Vec<OwnChange>> {
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut changes = Vec::new();
    while let Some(row) = rows.next()? {
        changes.push(read(row)?);
    }
    Ok(changes)
}

pub fn all(conn: &Connection) -> Result<Vec<OwnChange>> {
    list(conn, include_str!("../../sql/own/all.sql"), [])
}

/// Those that can be read, of a table whose pages may be damaged or another table's.
pub fn readable(conn: &Connection) -> Result<Vec<OwnChange>> {
    let mut statement = conn.prepare(include_str!("../../sql/own/all.sql"))?;
    let mut rows = statement.query([])?;
    let mut changes = Vec::new();
    while let Ok(Some(row)) = rows.next() {
        let whole = read(row).ok().filter(|own| own.change.hash() == own.hash);
        changes.extend(whole);
    }
    Ok(changes)
}

/// Waiting and held back, in the order of recording.
pub fn open(conn: &Connection) -> Result<Vec<OwnChange>> {
    list(conn, include_str!("../../sql/own/open.sql"), [])
}

/// Accepted in a round of pages that is not complete yet.
pub fn unconfirmed(conn: &Connection) -> Result<Vec<OwnChange>> {
    list(conn, include_str!("../../sql/own/unconfirmed.sql"), [])
}

/// Marks an accepted change as not yet (or now) part of the confirmed layer.
pub fn set_unconfirmed(conn: &Connection, key: i64, unconfirmed: bool) -> Result<()> {
    conn.prepare_cached(include_str!("../../sql/own/set_unconfirmed.sql"))?
        .execute(named_params! { ":key": key, ":unconfirmed": unconfirmed })?;
    Ok(())
}

pub fn in_state(conn: &Connection, state: OwnState) -> Result<Vec<OwnChange>> {
    let params = named_params! { ":state": state.code() };
    list(conn, include_str!("../../sql/own/in_state.sql"), params)
}

/// Open changes that touch a record.
pub fn open_touching(conn: &Connection, key: &RecordKey) -> Result<Vec<OwnChange>> {
    let params = named_params! { ":kind": key.kind, ":id": key.id };
    list(
        conn,
        include_str!("../../sql/own/open_touching.sql"),
        params,
    )
}

/// Records that open changes touch.
pub fn open_keys(conn: &Connection) -> Result<HashSet<RecordKey>> {
    let mut statement = conn.prepare_cached(include_str!("../../sql/own/open_keys.sql"))?;
    let rows = statement.query_map([], |row| {
        let kind: String = row.get(0)?;
        Ok(RecordKey::new(kind, row.get(1)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub fn touching(conn: &Connection, key: &RecordKey) -> Result<Vec<OwnChange>> {
    let params = named_params! { ":kind": key.kind, ":id": key.id };
    list(conn, include_str!("../../sql/own/touching.sql"), params)
}

pub fn find(conn: &Connection, name: ChangeName) -> Result<Option<OwnChange>> {
    let params = named_params! { ":device": name.device.0, ":n": name.n as i64 };
    let found = list(conn, include_str!("../../sql/own/find.sql"), params)?;
    Ok(found.into_iter().next())
}

/// The last number given out under a device id and the hash of that change.
pub fn last(conn: &Connection, device: DeviceId) -> Result<Option<(u64, Hash)>> {
    let last: Option<(i64, Hash)> = conn
        .prepare_cached(include_str!("../../sql/own/last.sql"))?
        .query_row(named_params! { ":device": device.0 }, |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    Ok(last.map(|(n, hash)| (n as u64, hash)))
}

/// The device id of the newest own change.
pub fn latest_device(conn: &Connection) -> Result<Option<DeviceId>> {
    let key = last_key(conn)?;
    Ok(by_key(conn, key)?.map(|own| own.change.device))
}

/// The highest key of all own changes.
pub fn last_key(conn: &Connection) -> Result<i64> {
    Ok(
        conn.query_row(include_str!("../../sql/own/last_key.sql"), [], |row| {
            row.get(0)
        })?,
    )
}

pub fn by_key(conn: &Connection, key: i64) -> Result<Option<OwnChange>> {
    let params = named_params! { ":key": key };
    let found = list(conn, include_str!("../../sql/own/by_key.sql"), params)?;
    Ok(found.into_iter().next())
}

/// The highest number up to which the server has spoken without a gap.
pub fn acked_n(conn: &Connection, device: DeviceId) -> Result<u64> {
    let n: i64 = conn
        .prepare_cached(include_str!("../../sql/own/acked_n.sql"))?
        .query_row(named_params! { ":device": device.0 }, |row| row.get(0))?;
    Ok(n.max(0) as u64)
}

pub fn count(conn: &Connection, state: OwnState) -> Result<u64> {
    let n: i64 = conn
        .prepare_cached(include_str!("../../sql/own/count_state.sql"))?
        .query_row(named_params! { ":state": state.code() }, |row| row.get(0))?;
    Ok(n.max(0) as u64)
}

/// Whether anything is held back because another tablet has used its number.
pub fn any_forked(conn: &Connection) -> Result<bool> {
    Ok(conn
        .prepare_cached(include_str!("../../sql/own/any_forked.sql"))?
        .query_row(
            named_params! { ":reason": HeldReason::ForkedDevice.code() },
            |row| row.get(0),
        )?)
}

/// The visit that a change creates.
pub fn created_visit(change: &Change) -> Option<Uuid> {
    let creates = |patch: &&grebeg_core::change::Patch| {
        patch.kind == "visit" && patch.value("trader").and_then(Value::as_id).is_some()
    };
    change.patches.iter().find(creates).map(|patch| patch.id)
}

/// The records that a change touches, each once.
pub fn touches(change: &Change) -> Vec<RecordKey> {
    let mut keys: Vec<RecordKey> = change
        .patches
        .iter()
        .map(|patch| RecordKey::new(&patch.kind, patch.id))
        .collect();
    keys.sort();
    keys.dedup();
    keys
}

/// The label of a change's working day.
pub fn day_label(change: &Change, definition: &Definition) -> String {
    label(receipt::day_of(change, definition))
}

/// `YYYY-MM-DD`.
pub fn label(date: NaiveDate) -> String {
    date.format("%Y-%m-%d").to_string()
}

/// The traders on whom a record hangs, as own changes say: a correction of a visit does not name its trader.
pub fn traders_of(conn: &Connection, key: &RecordKey) -> Result<Vec<RecordKey>> {
    let changes = touching(conn, key)?;
    let patches = changes.iter().flat_map(|own| &own.change.patches);
    let same = patches.filter(|patch| patch.kind == key.kind && patch.id == key.id);
    let named = same.filter_map(|patch| patch.value("trader")?.as_id());
    Ok(named.map(|id| RecordKey::new("trader", id)).collect())
}

/// Files a new own change as waiting.
pub fn insert(conn: &Connection, change: &Change, definition: &Definition) -> Result<()> {
    insert_as(conn, change, definition, OwnState::Waiting, None)
}

/// Files an own change in a state.
pub fn insert_as(
    conn: &Connection,
    change: &Change,
    definition: &Definition,
    state: OwnState,
    reason: Option<&str>,
) -> Result<()> {
    conn.prepare_cached(include_str!("../../sql/own/insert.sql"))?
        .execute(named_params! {
            ":device": change.device.0,
            ":n": change.n as i64,
            ":state": state.code(),
            ":reason": reason,
            ":stamp": change.stamp.0 as i64,
            ":hash": change.hash(),
            ":bytes": change.to_bytes(),
            ":visit": created_visit(change),
            ":market": receipt::market_of(change),
            ":author": change.author.0,
            ":day": day_label(change, definition),
        })?;
    let key = conn.last_insert_rowid();
    let mut touch = conn.prepare_cached(include_str!("../../sql/own/touch.sql"))?;
    for record in touches(change) {
        touch.execute(named_params! { ":change": key, ":kind": record.kind, ":id": record.id })?;
    }
    Ok(())
}

/// Writes back what may change about an own change: its state, its stamp (and with it its day), its number after a fork,
/// and values that an erasure took.
pub fn update(conn: &Connection, own: &OwnChange) -> Result<()> {
    conn.prepare_cached(include_str!("../../sql/own/update.sql"))?
        .execute(named_params! {
            ":key": own.key,
            ":device": own.change.device.0,
            ":n": own.change.n as i64,
            ":state": own.state.code(),
            ":reason": own.reason,
            ":stamp": own.change.stamp.0 as i64,
            ":hash": own.hash,
            ":bytes": own.change.to_bytes(),
            ":day": own.day,
        })?;
    Ok(())
}

pub fn delete(conn: &Connection, key: i64) -> Result<()> {
    conn.prepare_cached(include_str!("../../sql/own/delete.sql"))?
        .execute(named_params! { ":key": key })?;
    Ok(())
}

/// A visit of this tablet, for its books.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnVisit {
    pub state: OwnState,
    pub visit: Uuid,
    pub market: String,
    pub author: PersonId,
    pub day: String,
    /// The outcome that the change itself gives.
    pub outcome: String,
    /// What the server last said of a visit that left this tablet's markets: its outcome, and when it took place (Unix
    /// milliseconds).
    pub last_outcome: Option<String>,
    pub last_at_ms: Option<i64>,
}

/// Every change that created a visit, in the order of recording.
pub fn visits(conn: &Connection) -> Result<Vec<OwnVisit>> {
    let mut statement = conn.prepare_cached(include_str!("../../sql/own/visits.sql"))?;
    let mut rows = statement.query([])?;
    let mut visits = Vec::new();
    while let Some(row) = rows.next()? {
        let state: String = row.get("state")?;
        let bytes: Vec<u8> = row.get("bytes")?;
        let visit: Uuid = row.get("visit")?;
        let change = Change::from_bytes(&bytes)?;
        let outcome = change
            .patches
            .iter()
            .filter(|p| p.id == visit)
            .find_map(|p| p.value("outcome")?.as_text());
        visits.push(OwnVisit {
            state: OwnState::parse(&state)?,
            visit,
            market: row.get("market")?,
            author: PersonId(row.get("author")?),
            day: row.get("day")?,
            outcome: outcome.unwrap_or_default().to_owned(),
            last_outcome: row.get("last_outcome")?,
            last_at_ms: row.get("last_at_ms")?,
        });
    }
    Ok(visits)
}

/// Keeps what the server said of an own visit that leaves.
pub fn keep_last(conn: &Connection, visit: Uuid, outcome: &str, at_ms: Option<i64>) -> Result<()> {
    conn.prepare_cached(include_str!("../../sql/own/keep_last.sql"))?
        .execute(named_params! { ":visit": visit, ":outcome": outcome, ":at_ms": at_ms })?;
    Ok(())
}

/// What the server says of all own visits that others amended and that are not here, once a round of pages is complete.
pub fn set_elsewhere(conn: &Connection, visits: &[Elsewhere]) -> Result<()> {
    conn.prepare_cached(include_str!("../../sql/own/forget_last.sql"))?
        .execute([])?;
    for visit in visits {
        keep_last(conn, visit.visit, &visit.outcome, Some(visit.at_ms))?;
    }
    Ok(())
}

/// Hashes of the accepted changes of a working day.
pub fn accepted_of_day(conn: &Connection, day: &str) -> Result<Vec<Hash>> {
    let mut statement = conn.prepare_cached(include_str!("../../sql/own/of_day.sql"))?;
    let rows = statement.query_map(named_params! { ":day": day }, |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How many changes of a working day still wait.
pub fn waiting_of_day(conn: &Connection, day: &str) -> Result<u64> {
    let n: i64 = conn
        .prepare_cached(include_str!("../../sql/own/open_of_day.sql"))?
        .query_row(named_params! { ":day": day }, |row| row.get(0))?;
    Ok(n.max(0) as u64)
}

pub fn close_day(conn: &Connection, date: &str) -> Result<()> {
    conn.prepare_cached(include_str!("../../sql/own/day_close.sql"))?
        .execute(named_params! { ":date": date })?;
    Ok(())
}

pub fn reopen_day(conn: &Connection, date: &str) -> Result<()> {
    conn.prepare_cached(include_str!("../../sql/own/day_reopen.sql"))?
        .execute(named_params! { ":date": date })?;
    Ok(())
}

pub fn days_closed(conn: &Connection) -> Result<Vec<String>> {
    let mut statement = conn.prepare_cached(include_str!("../../sql/own/days_closed.sql"))?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The stamp of a change as the acknowledgement gives it.
pub fn restamp(own: &mut OwnChange, stamp: Option<Stamp>, definition: &Definition) {
    if let Some(stamp) = stamp {
        own.change.stamp = stamp;
    }
    own.day = day_label(&own.change, definition);
}

/// The latest changes of a working day that created a visit: enough for every check of pace and repetition.
pub fn of_day(conn: &Connection, day: &str) -> Result<Vec<OwnChange>> {
    let params = named_params! { ":day": day };
    list(conn, include_str!("../../sql/own/all_of_day.sql"), params)
}
