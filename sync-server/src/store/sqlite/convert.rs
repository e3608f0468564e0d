//! Between SQLite's columns and our types. A row that does not fit is a damaged store, never a panic.

use super::StoreError;
use crate::store::rows::VisitRow;
use grebeg_core::change::ChangeName;
use grebeg_core::id::{DeviceId, PersonId};
use grebeg_core::register::{RecordKey, Registers};
use grebeg_core::stamp::Stamp;
use grebeg_core::sync::messages::{HeldReason, ReportPart, State};
use grebeg_core::sync::store::{Filed, FiledVisit, Stored};
use rusqlite::Row;
use uuid::Uuid;

pub type Done<T> = Result<T, StoreError>;

pub fn damaged(what: &str) -> StoreError {
    StoreError::Damaged(what.to_owned())
}

pub fn uuid(row: &Row<'_>, column: &str) -> Done<Uuid> {
    let bytes: [u8; 16] = row.get(column)?;
    Ok(Uuid::from_bytes(bytes))
}

pub fn uuid_option(row: &Row<'_>, column: &str) -> Done<Option<Uuid>> {
    let bytes: Option<[u8; 16]> = row.get(column)?;
    Ok(bytes.map(Uuid::from_bytes))
}

/// Places and row numbers are below 2^63; `u64::MAX` ("after everything") becomes the largest that SQLite knows.
pub fn place(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Numbers from outside keep their identity, though not their order, above 2^63.
pub fn bits(number: u64) -> i64 {
    number as i64
}

pub fn number(row: &Row<'_>, column: &str) -> Done<u64> {
    let number: i64 = row.get(column)?;
    Ok(number as u64)
}

pub fn key(row: &Row<'_>) -> Done<RecordKey> {
    Ok(RecordKey::new(
        row.get::<_, String>("kind")?,
        uuid(row, "id")?,
    ))
}

/// The columns row, home, owner, scope_seq, ord, registers, from a column on: a name is looked up anew in each of many rows.
pub fn stored(row: &Row<'_>, first: usize) -> Done<Stored> {
    let bytes = row
        .get_ref(first + 5)?
        .as_blob()
        .map_err(|_| damaged("a record without registers"))?;
    let number = |column: usize| -> Done<u64> { Ok(row.get::<_, i64>(first + column)? as u64) };
    let owner: Option<[u8; 16]> = row.get(first + 2)?;
    Ok(Stored {
        row: number(0)?,
        home: row.get(first + 1)?,
        owner: owner.map(Uuid::from_bytes),
        scope_seq: number(3)?,
        ord: number(4)?,
        registers: Registers::from_bytes(bytes)
            .map_err(|error| damaged(&format!("registers: {error}")))?,
    })
}

/// The columns of a change that say which visit it creates.
pub fn filed_visit(row: &Row<'_>) -> Done<Option<FiledVisit>> {
    let Some(visit) = uuid_option(row, "visit")? else {
        return Ok(None);
    };
    let market: Option<String> = row.get("visit_market")?;
    Ok(Some(FiledVisit {
        visit,
        trader: uuid_option(row, "visit_trader")?,
        market: market.unwrap_or_default(),
    }))
}

pub fn visit_row(row: &Row<'_>) -> Done<Option<VisitRow>> {
    let Some(visit) = filed_visit(row)? else {
        return Ok(None);
    };
    Ok(Some(VisitRow {
        name: name(row)?,
        hash: row.get("hash")?,
        state: state(row)?,
        stamp: Stamp(number(row, "stamp")?),
        given_stamp: Stamp(number(row, "given_stamp")?),
        seq: number(row, "seq")?,
        received_ms: row.get("received_ms")?,
        author: uuid_option(row, "author")?.map(PersonId),
        offered_back: reason(row)? == Some(HeldReason::Recovered),
        visit,
    }))
}

fn reason(row: &Row<'_>) -> Done<Option<HeldReason>> {
    let reason: Option<String> = row.get("reason")?;
    Ok(reason.as_deref().and_then(HeldReason::parse))
}

fn name(row: &Row<'_>) -> Done<ChangeName> {
    Ok(ChangeName {
        device: DeviceId(uuid(row, "device")?),
        n: number(row, "n")?,
    })
}

fn state(row: &Row<'_>) -> Done<State> {
    let state = row.get_ref("state")?.as_str().ok();
    state
        .and_then(State::parse)
        .ok_or_else(|| damaged("a state that is none"))
}

pub fn filed(row: &Row<'_>) -> Done<Filed> {
    Ok(Filed {
        name: name(row)?,
        hash: row.get("hash")?,
        in_chain: row.get("in_chain")?,
        state: state(row)?,
        reason: reason(row)?,
        stamp: Stamp(number(row, "stamp")?),
        given_stamp: Stamp(number(row, "given_stamp")?),
        seq: number(row, "seq")?,
        settled_seq: number(row, "settled_seq")?,
        received_ms: row.get("received_ms")?,
        content_hash: row.get("content_hash")?,
        bytes: row.get("bytes")?,
        author: uuid_option(row, "author")?.map(PersonId),
        visit: filed_visit(row)?,
        touches: Vec::new(),
    })
}

/// People and the parts of a report stand as JSON: they are read whole and never searched.
pub fn people_to_text(people: &[PersonId]) -> String {
    serde_json::to_string(people).unwrap_or_default()
}

pub fn people_from_text(text: &str) -> Done<Vec<PersonId>> {
    serde_json::from_str(text).map_err(|_| damaged("a list of people"))
}

pub fn parts_to_text(parts: &[ReportPart]) -> String {
    let parts: Vec<_> = parts
        .iter()
        .map(|p| (&p.market, p.author, p.waiting))
        .collect();
    serde_json::to_string(&parts).unwrap_or_default()
}

pub fn parts_from_text(text: &str) -> Done<Vec<ReportPart>> {
    let parts: Vec<(String, PersonId, u64)> =
        serde_json::from_str(text).map_err(|_| damaged("the parts of a report"))?;
    Ok(parts
        .into_iter()
        .map(|(market, author, waiting)| ReportPart {
            market,
            author,
            waiting,
        })
        .collect())
}
