//! What commands read: one trader's id, the books of visits, what waits.

use super::own::{self, OwnState, OwnVisit};
use super::record;
use crate::error::{Result, TabletError, Unknown};
use grebeg_core::definition::Definition;
use grebeg_core::gather::visit_at_ms;
use grebeg_core::receipt;
use grebeg_core::register::RecordKey;
use grebeg_core::sync::messages::State;
use rusqlite::{Connection, named_params};
use serde::Serialize;
use std::collections::BTreeMap;
use uuid::Uuid;

/// The id that `typed` spells, of a trader that is here.
pub fn trader_id(conn: &Connection, typed: &str) -> Result<Uuid> {
    let unknown = || TabletError::unknown(Unknown::Trader, typed);
    let id = Uuid::try_parse(typed.trim()).map_err(|_| unknown())?;
    let trader = record::shown(conn, "trader", id)?.ok_or_else(unknown)?;
    // What a change that waits has left of a trader who is elsewhere now is not somebody to visit.
    trader.text("market").map(|_| id).ok_or_else(unknown)
}

/// The id that `typed` spells, of a visit that is here.
pub fn visit_id(conn: &Connection, typed: &str) -> Result<Uuid> {
    let unknown = || TabletError::unknown(Unknown::Visit, typed);
    let id = Uuid::try_parse(typed.trim()).map_err(|_| unknown())?;
    let visit = record::shown(conn, "visit", id)?.ok_or_else(unknown)?;
    visit.id("trader").map(|_| id).ok_or_else(unknown)
}

/// The code of the market that `named` means, of one that this tablet holds. Errors: `market_unknown`.
pub fn market_code(conn: &Connection, definition: &Definition, named: &str) -> Result<String> {
    let unknown = || TabletError::unknown(Unknown::Market, named);
    let market = definition.market_by_name(named).ok_or_else(unknown)?;
    let homes = record::homes(conn)?;
    let is_held = homes.iter().any(|home| home.home == market.code);
    is_held.then(|| market.code.clone()).ok_or_else(unknown)
}

/// How many other traders here have this number.
pub fn same_phone(conn: &Connection, phone: &str, but: Uuid) -> Result<usize> {
    let count: i64 = conn
        .prepare_cached(include_str!("../../sql/trader/same_phone.sql"))?
        .query_row(named_params! { ":phone": phone, ":id": but }, |row| {
            row.get(0)
        })?;
    Ok(usize::try_from(count).unwrap_or(0))
}

/// Visits by what has become of them: `recorded = counted + waiting + held_back + set_aside`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Books {
    pub recorded: u64,
    pub counted: u64,
    pub waiting: u64,
    pub held_back: u64,
    pub set_aside: u64,
}

/// Where one visit stands in the books.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    SetAside,
    HeldBack,
    Waiting,
    Counted,
}

impl Books {
    fn add(&mut self, standing: Standing, visits: u64) {
        self.recorded += visits;
        *match standing {
            Standing::SetAside => &mut self.set_aside,
            Standing::HeldBack => &mut self.held_back,
            Standing::Waiting => &mut self.waiting,
            Standing::Counted => &mut self.counted,
        } += visits;
    }
}

/// A visit of this tablet with its standing.
#[derive(Debug, Clone, PartialEq)]
pub struct BookedVisit {
    pub own: OwnVisit,
    pub standing: Standing,
    /// The working day on which it took place, as the server counts it.
    pub day: String,
}

/// Every visit of this tablet once, in the order of recording.
///
/// A visit is in the state of the change that created it; an accepted one is counted or set aside by its confirmed
/// outcome. A superseded one stands under another name, which an earlier enrolment or another copy of this tablet gave it:
/// it counts as its record says, and where nothing of that is here it is the other's to count.
pub fn booked(conn: &Connection, definition: &Definition) -> Result<Vec<BookedVisit>> {
    let mut booked: Vec<BookedVisit> = Vec::new();
    let mut places: BTreeMap<Uuid, usize> = BTreeMap::new();
    for own in own::visits(conn)? {
        let mut day = own.day.clone();
        let standing = match own.state {
            OwnState::Waiting => Standing::Waiting,
            OwnState::Said(State::HeldBack) => Standing::HeldBack,
            OwnState::Said(State::Discarded) => Standing::SetAside,
            OwnState::Said(State::Superseded) if !is_told_of(conn, &own)? => continue,
            OwnState::Said(State::Accepted | State::Superseded) => {
                let (outcome, at_ms) = confirmed(conn, &own)?;
                if let Some(at_ms) = at_ms {
                    day = own::label(definition.working_day(&own.market, at_ms));
                }
                if definition.is_void(&outcome) {
                    Standing::SetAside
                } else {
                    Standing::Counted
                }
            }
        };
        let visit = BookedVisit { own, standing, day };
        match places
            .get(&visit.own.visit)
            .and_then(|place| booked.get_mut(*place))
        {
            // The same visit under two names, after a fork: what has come furthest tells.
            Some(known) => {
                let accepted = visit.own.state == OwnState::Said(State::Accepted);
                if accepted || standing > known.standing {
                    *known = visit;
                }
            }
            None => {
                places.insert(visit.own.visit, booked.len());
                booked.push(visit);
            }
        }
    }
    Ok(booked)
}

/// Whether the server has told anything of a visit's record.
fn is_told_of(conn: &Connection, own: &OwnVisit) -> Result<bool> {
    let row = record::get(conn, &RecordKey::new("visit", own.visit))?;
    Ok(own.last_outcome.is_some() || row.is_some_and(|row| row.confirmed.is_some()))
}

/// The outcome that the server holds, and when the visit took place; of one that left this tablet's markets what the server
/// says of it since, else the last accepted outcome of this tablet.
fn confirmed(conn: &Connection, own: &OwnVisit) -> Result<(String, Option<i64>)> {
    // First: a record may still be here whose market is not this tablet's any more, and nothing new comes about it.
    if let Some(outcome) = &own.last_outcome {
        return Ok((outcome.clone(), own.last_at_ms));
    }
    let key = RecordKey::new("visit", own.visit);
    let row = record::get(conn, &key)?;
    if let Some(confirmed) = row.and_then(|row| row.confirmed) {
        let outcome = confirmed.text("outcome").unwrap_or_default().to_owned();
        return Ok((outcome, visit_at_ms(&confirmed)));
    }
    let mut last = (Default::default(), own.outcome.clone());
    for own in own::touching(conn, &key)? {
        let patches = own.change.patches.iter().filter(|p| p.id == key.id);
        let outcome = patches.filter_map(|p| p.value("outcome")?.as_text()).next();
        if let Some(outcome) = outcome
            && own.state == OwnState::Said(State::Accepted)
            && own.change.stamp >= last.0
        {
            last = (own.change.stamp, outcome.to_owned());
        }
    }
    Ok((last.1, None))
}

/// The books over all visits, or those of one working day.
pub fn books(conn: &Connection, definition: &Definition, day: Option<&str>) -> Result<Books> {
    let mut books = Books::default();
    for visit in booked(conn, definition)? {
        if day.is_none_or(|day| day == visit.day) {
            books.add(visit.standing, 1);
        }
    }
    for (of_day, standing, visits) in past(conn)? {
        if day.is_none_or(|day| day == of_day) {
            books.add(standing, visits);
        }
    }
    Ok(books)
}

/// Visits whose changes a revocation took away: day, standing and how many.
pub fn past(conn: &Connection) -> Result<Vec<(String, Standing, u64)>> {
    let mut statement = conn.prepare_cached(include_str!("../../sql/own/past_all.sql"))?;
    let mut rows = statement.query([])?;
    let mut past = Vec::new();
    while let Some(row) = rows.next()? {
        let code: String = row.get("standing")?;
        let visits: i64 = row.get("visits")?;
        let standing = PAST.into_iter().find(|(_, known)| *known == code);
        let standing = standing.map_or(Standing::Counted, |(standing, _)| standing);
        past.push((row.get("day")?, standing, visits.max(0).unsigned_abs()));
    }
    Ok(past)
}

/// Keeps of every visit that is with the server how it stands: the changes themselves are about to go.
pub fn keep_past(conn: &Connection, definition: &Definition) -> Result<()> {
    let mut add = conn.prepare_cached(include_str!("../../sql/own/past_add.sql"))?;
    for visit in booked(conn, definition)? {
        if let Some((_, code)) = PAST.iter().find(|(known, _)| *known == visit.standing) {
            add.execute(named_params! { ":day": visit.day, ":standing": code })?;
        }
    }
    Ok(())
}

/// Standings of visits that are with the server.
const PAST: [(Standing, &str); 3] = [
    (Standing::Counted, "counted"),
    (Standing::HeldBack, "held_back"),
    (Standing::SetAside, "set_aside"),
];

/// The receipt of a working day; `None` while anything of it waits, or when nothing of it was accepted.
pub fn receipt(conn: &Connection, day: &str) -> Result<Option<String>> {
    let Some(enrolment) = super::meta::enrolment(conn)? else {
        return Ok(None);
    };
    let Ok(date) = day.parse() else {
        return Ok(None);
    };
    if own::waiting_of_day(conn, day)? > 0 {
        return Ok(None);
    }
    let hashes = own::accepted_of_day(conn, day)?;
    let code = || {
        receipt::code(
            enrolment.campaign,
            enrolment.first_device,
            date,
            hashes.clone(),
        )
    };
    Ok((!hashes.is_empty()).then(code))
}

/// The receipt of the latest working day with own changes up to `today`. At night what hangs on no market is already of the
/// next calendar day.
pub fn latest_receipt(store: &super::Store, today: &str) -> Result<Option<String>> {
    let latest: Option<String> = store
        .conn
        .prepare_cached(include_str!("../../sql/own/latest_day.sql"))?
        .query_row(named_params! { ":today": today }, |row| row.get(0))?;
    match latest {
        Some(day) => receipt(&store.conn, &day),
        None => Ok(None),
    }
}
