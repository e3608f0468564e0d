//! What the tablet knows about itself, each thing under a key of its own.

use crate::error::Result;
use grebeg_core::change::Change;
use grebeg_core::codec::{DecodeError, Reader, Writer};
use grebeg_core::id::{CampaignId, DeviceId, PersonId};
use grebeg_core::stamp::{Clocks, Contact, Stamp};
use grebeg_core::sync::messages::Position;
use rusqlite::{Connection, OptionalExtension, named_params};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A person who works with this tablet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Person {
    #[cfg_attr(test, ts(type = "Id"))]
    pub person_id: PersonId,
    pub name: String,
    pub role: String,
}

/// Restores that are remembered; a campaign sees a few.
const PAST_EPOCHS_MAX: usize = 64;

/// The bearer token; it never shows itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(pub String);

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

/// What an enrolment gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolment {
    pub server: String,
    pub campaign: CampaignId,
    /// The device id under which changes are numbered now, and the first of the enrolment.
    pub device: DeviceId,
    pub first_device: DeviceId,
    /// The id before this one, after a fork or a new enrolment.
    pub succeeds: Option<DeviceId>,
    pub people: Vec<Person>,
    /// The name under which the tablet made itself known: its own record is the leads' to read.
    pub name: String,
}

/// How many device ids this tablet has had: of two identities the one with more of them is the later one.
const DEVICE_TURN: &str = "device_turn";

/// The rows that make who the tablet is: what a new database needs to go on in place of one that is gone.
pub const IDENTITY: [&str; 11] = [
    "server",
    "campaign",
    "device",
    DEVICE_TURN,
    "first_device",
    "succeeds",
    "device_name",
    "people",
    "token",
    "revoked",
    "unknown_device",
];

/// Those of these rows that are there.
pub fn identity(conn: &Connection) -> Result<Vec<(String, Vec<u8>)>> {
    let mut rows = Vec::new();
    for key in IDENTITY {
        if let Some(value) = get(conn, key)? {
            rows.push((key.to_owned(), value));
        }
    }
    Ok(rows)
}

/// Makes these rows the identity, and no others.
pub fn set_identity(conn: &Connection, rows: &[(String, Vec<u8>)]) -> Result<()> {
    for key in IDENTITY {
        match rows.iter().find(|(known, _)| known == key) {
            Some((_, value)) => set(conn, key, value)?,
            None => delete(conn, key)?,
        }
    }
    Ok(())
}

/// The turn of an identity's device id.
pub fn turn(identity: &[(String, Vec<u8>)]) -> i64 {
    let row = identity.iter().find(|(key, _)| key == DEVICE_TURN);
    let number = |bytes: &Vec<u8>| Some(i64::from_be_bytes(bytes.as_slice().try_into().ok()?));
    row.and_then(|(_, value)| number(value)).unwrap_or(0)
}

/// What was mended without being asked, in English, until a repair was asked for.
pub fn mended(conn: &Connection) -> Result<Vec<String>> {
    let lines = text(conn, "mended")?.unwrap_or_default();
    Ok(lines.lines().map(str::to_owned).collect())
}

/// How many changes were put back or brought back meanwhile.
pub fn mended_changes(conn: &Connection) -> Result<u64> {
    Ok(number(conn, "mended_changes")?.map_or(0, i64::cast_unsigned))
}

pub fn add_mended(conn: &Connection, line: &str, changes: usize) -> Result<()> {
    let mut lines = mended(conn)?;
    lines.push(line.to_owned());
    set(conn, "mended", lines.join("\n").as_bytes())?;
    let changes = mended_changes(conn)?.saturating_add(changes as u64);
    set_moment(conn, "mended_changes", changes.cast_signed())
}

/// What was mended is known to those who have to know it.
pub fn forget_mended(conn: &Connection) -> Result<()> {
    delete(conn, "mended")?;
    delete(conn, "mended_changes")
}

pub fn get(conn: &Connection, key: &str) -> Result<Option<Vec<u8>>> {
    Ok(conn
        .prepare_cached(include_str!("../../sql/meta/get.sql"))?
        .query_row(named_params! { ":key": key }, |row| row.get(0))
        .optional()?)
}

fn set(conn: &Connection, key: &str, value: &[u8]) -> Result<()> {
    conn.prepare_cached(include_str!("../../sql/meta/set.sql"))?
        .execute(named_params! { ":key": key, ":value": value })?;
    Ok(())
}

pub fn delete(conn: &Connection, key: &str) -> Result<()> {
    conn.prepare_cached(include_str!("../../sql/meta/delete.sql"))?
        .execute(named_params! { ":key": key })?;
    Ok(())
}

fn text(conn: &Connection, key: &str) -> Result<Option<String>> {
    let bytes = get(conn, key)?;
    bytes
        .map(String::from_utf8)
        .transpose()
        .map_err(|_| DecodeError::Invalid("a text that is not UTF-8").into())
}

fn uuid(conn: &Connection, key: &str) -> Result<Option<Uuid>> {
    let bytes = get(conn, key)?;
    bytes
        .map(|bytes| Uuid::from_slice(&bytes))
        .transpose()
        .map_err(|_| DecodeError::Invalid("an id of this form").into())
}

fn number(conn: &Connection, key: &str) -> Result<Option<i64>> {
    let bytes = get(conn, key)?;
    let number = |bytes: Vec<u8>| Some(i64::from_be_bytes(bytes.try_into().ok()?));
    Ok(bytes.and_then(number))
}

pub fn enrolment(conn: &Connection) -> Result<Option<Enrolment>> {
    let (Some(device), Some(campaign)) = (uuid(conn, "device")?, uuid(conn, "campaign")?) else {
        return Ok(None);
    };
    let people = get(conn, "people")?.unwrap_or_default();
    Ok(Some(Enrolment {
        server: text(conn, "server")?.unwrap_or_default(),
        campaign: CampaignId(campaign),
        device: DeviceId(device),
        first_device: DeviceId(uuid(conn, "first_device")?.unwrap_or(device)),
        succeeds: uuid(conn, "succeeds")?.map(DeviceId),
        people: serde_json::from_slice(&people).unwrap_or_default(),
        name: text(conn, "device_name")?.unwrap_or_default(),
    }))
}

pub fn set_enrolment(conn: &Connection, enrolment: &Enrolment) -> Result<()> {
    set(conn, "server", enrolment.server.as_bytes())?;
    set(conn, "campaign", enrolment.campaign.0.as_bytes())?;
    set(conn, "first_device", enrolment.first_device.0.as_bytes())?;
    set_device(conn, enrolment.device, enrolment.succeeds)?;
    set(conn, "device_name", enrolment.name.as_bytes())?;
    set_people(conn, &enrolment.people)
}

/// The device id from now on.
pub fn set_device(conn: &Connection, device: DeviceId, succeeds: Option<DeviceId>) -> Result<()> {
    let turn = number(conn, DEVICE_TURN)?.unwrap_or(0);
    set(conn, DEVICE_TURN, &turn.saturating_add(1).to_be_bytes())?;
    set(conn, "device", device.0.as_bytes())?;
    match succeeds {
        Some(before) => set(conn, "succeeds", before.0.as_bytes()),
        None => delete(conn, "succeeds"),
    }
}

pub fn set_people(conn: &Connection, people: &[Person]) -> Result<()> {
    // People are plain data; there is nothing in them that JSON cannot hold.
    set(
        conn,
        "people",
        &serde_json::to_vec(people).unwrap_or_default(),
    )
}

pub fn token(conn: &Connection) -> Result<Option<Token>> {
    Ok(text(conn, "token")?.map(Token))
}

pub fn set_token(conn: &Connection, token: &Token) -> Result<()> {
    set(conn, "token", token.0.as_bytes())
}

pub fn position(conn: &Connection) -> Result<Option<Position>> {
    let bytes = get(conn, "position")?;
    Ok(bytes.map(|b| Position::from_bytes(&b)).transpose()?)
}

pub fn set_position(conn: &Connection, position: Option<&Position>) -> Result<()> {
    match position {
        Some(position) => set(conn, "position", &position.to_bytes()),
        None => delete(conn, "position"),
    }
}

/// The last stamp made or seen.
pub fn stamp(conn: &Connection) -> Result<Stamp> {
    Ok(Stamp(number(conn, "stamp")?.unwrap_or(0) as u64))
}

pub fn set_stamp(conn: &Connection, stamp: Stamp) -> Result<()> {
    set(conn, "stamp", &(stamp.0 as i64).to_be_bytes())
}

pub fn contact(conn: &Connection) -> Result<Option<Contact>> {
    let Some(bytes) = get(conn, "contact")? else {
        return Ok(None);
    };
    let mut input = Reader::new(&bytes);
    let server_ms = input.signed()?;
    let wall_ms = input.signed()?;
    let known = input.byte()? == 1;
    let boot = input.varint()?;
    let mono_ms = input.signed()?;
    Ok(Some(Contact {
        server_ms,
        clocks: Clocks {
            wall_ms,
            boot: known.then_some(boot),
            mono_ms: known.then_some(mono_ms),
        },
    }))
}

/// Keeps the contact; without its monotonic clock in a boot in which that clock was seen not to run on.
pub fn set_contact(conn: &Connection, exchange: &Contact) -> Result<()> {
    const STOPS: &str = "boot_mono_stops";
    let boot = exchange.clocks.boot.map(|boot| boot as i64);
    let holds = contact(conn)?.is_none_or(|before| before.mono_holds_until(exchange));
    if !holds && let Some(boot) = boot {
        set_moment(conn, STOPS, boot)?;
    }
    let mut contact = *exchange;
    if !holds || boot.is_some() && number(conn, STOPS)? == boot {
        contact.clocks = contact.clocks.wall_only();
    }
    let mut out = Writer::new();
    out.signed(contact.server_ms);
    out.signed(contact.clocks.wall_ms);
    let known = contact.clocks.boot.is_some() && contact.clocks.mono_ms.is_some();
    out.byte(u8::from(known));
    out.varint(contact.clocks.boot.unwrap_or(0));
    out.signed(contact.clocks.mono_ms.unwrap_or(0));
    set(conn, "contact", &out.bytes)
}

/// What a restored server lacks of others' changes, until it was offered back.
pub fn recovered(conn: &Connection) -> Result<Vec<Change>> {
    let bytes = get(conn, "recovered")?.unwrap_or_default();
    let mut input = Reader::new(&bytes);
    let mut changes = Vec::new();
    while input.remaining() > 0 {
        changes.push(Change::read(&mut input)?);
    }
    Ok(changes)
}

pub fn set_recovered(conn: &Connection, changes: &[Change]) -> Result<()> {
    if changes.is_empty() {
        return delete(conn, "recovered");
    }
    let bytes: Vec<u8> = changes.iter().flat_map(Change::to_bytes).collect();
    set(conn, "recovered", &bytes)
}

/// Epochs of the server that ended with a restore, oldest first.
pub fn past_epochs(conn: &Connection) -> Result<Vec<Uuid>> {
    let bytes = get(conn, "past_epochs")?.unwrap_or_default();
    let epochs = bytes.chunks(16).map(Uuid::from_slice);
    let epochs: Result<Vec<Uuid>, _> = epochs.collect();
    epochs.map_err(|_| DecodeError::Invalid("an id of this form").into())
}

pub fn add_past_epoch(conn: &Connection, epoch: Uuid) -> Result<()> {
    let mut epochs = past_epochs(conn)?;
    epochs.push(epoch);
    let first = epochs.len().saturating_sub(PAST_EPOCHS_MAX);
    let bytes: Vec<u8> = epochs
        .iter()
        .skip(first)
        .flat_map(|e| *e.as_bytes())
        .collect();
    set(conn, "past_epochs", &bytes)
}

/// A named moment in Unix milliseconds: `last_sync`, `last_save_wall`, `not_before`.
pub fn moment(conn: &Connection, name: &str) -> Result<Option<i64>> {
    number(conn, name)
}

pub fn set_moment(conn: &Connection, name: &str, ms: i64) -> Result<()> {
    set(conn, name, &ms.to_be_bytes())
}

/// A named yes or no: `revoked`, `unknown_device`, `clock_back`, `filled` (a first fetch came to its end), `rebuild_lists`.
pub fn flag(conn: &Connection, name: &str) -> Result<bool> {
    Ok(get(conn, name)?.is_some())
}

pub fn set_flag(conn: &Connection, name: &str, on: bool) -> Result<()> {
    if on {
        set(conn, name, b"1")
    } else {
        delete(conn, name)
    }
}

/// How the pages look on this tablet, as JSON.
pub fn settings(conn: &Connection) -> Result<Option<String>> {
    text(conn, "settings")
}

pub fn set_settings(conn: &Connection, json: &str) -> Result<()> {
    set(conn, "settings", json.as_bytes())
}

/// Hash of the last acknowledged change of the device id before this one: the first change of this one follows it.
pub fn chain_start(conn: &Connection) -> Result<Option<[u8; 32]>> {
    Ok(get(conn, "chain_start")?.and_then(|bytes| bytes.try_into().ok()))
}

pub fn set_chain_start(conn: &Connection, hash: Option<[u8; 32]>) -> Result<()> {
    match hash {
        Some(hash) => set(conn, "chain_start", &hash),
        None => delete(conn, "chain_start"),
    }
}
