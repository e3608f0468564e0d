//! What commands read: one trader's id, the books of visits, what waits.

use super::own::{self, OwnState, OwnVisit};
use super::record;
use crate::error::{Result, TabletError, Unknown};
use grebeg_core::definition::Definition;
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
    fn add(&mut self, standing: Standing) {
        self.recorded += 1;
        *match standing {
            Standing::SetAside => &mut self.set_aside,
            Standing::HeldBack => &mut self.held_back,
            Standing::Waiting => &mut self.waiting,
            Standing::Counted => &mut self.counted,
        } += 1;
    }
}

/// A visit of this tablet with its standing.
#[derive(Debug, Clone, PartialEq)]
pub struct BookedVisit {
    pub own: OwnVisit,
    pub standing: Standing,
}

/// Every visit of this tablet once, in the order of recording.
///
/// A visit is in the state of the change that created it; an accepted one is counted or set aside by its confirmed
/// outcome. One that only a superseded change created is not this tablet's to count.
pub fn booked(conn: &Connection, definition: &Definition) -> Result<Vec<BookedVisit>> {
    let mut booked: Vec<BookedVisit> = Vec::new();
    let mut places: BTreeMap<Uuid, usize> = BTreeMap::new();
    for own in own::visits(conn)? {
        let standing = match own.state {
            OwnState::Waiting => Standing::Waiting,
            OwnState::Said(State::HeldBack) => Standing::HeldBack,
            OwnState::Said(State::Discarded) => Standing::SetAside,
            OwnState::Said(State::Superseded) => continue,
            OwnState::Said(State::Accepted) => {
                let outcome = confirmed_outcome(conn, &own)?;
                if definition.is_void(&outcome) {
                    Standing::SetAside
                } else {
                    Standing::Counted
                }
            }
        };
        match places
            .get(&own.visit)
            .and_then(|place| booked.get_mut(*place))
        {
            // The same visit under two names, after a fork: what has come furthest tells.
            Some(known) => {
                let accepted = own.state == OwnState::Said(State::Accepted);
                if accepted || standing > known.standing {
                    *known = BookedVisit { own, standing };
                }
            }
            None => {
                places.insert(own.visit, booked.len());
                booked.push(BookedVisit { own, standing });
            }
        }
    }
    Ok(booked)
}

/// The outcome that the server holds; of a visit that is no longer here, the last accepted one of this tablet.
fn confirmed_outcome(conn: &Connection, own: &OwnVisit) -> Result<String> {
    let key = RecordKey::new("visit", own.visit);
    let row = record::get(conn, &key)?;
    if let Some(confirmed) = row.and_then(|row| row.confirmed) {
        return Ok(confirmed.text("outcome").unwrap_or_default().to_owned());
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
    Ok(last.1)
}

/// The books over all visits, or those of one working day.
pub fn books(conn: &Connection, definition: &Definition, day: Option<&str>) -> Result<Books> {
    let mut books = Books::default();
    for visit in booked(conn, definition)? {
        if day.is_none_or(|day| day == visit.own.day) {
            books.add(visit.standing);
        }
    }
    Ok(books)
}

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

/// The receipt of the latest working day with own changes.
pub fn latest_receipt(store: &super::Store) -> Result<Option<String>> {
    let latest: Option<String> =
        store
            .conn
            .query_row(include_str!("../../sql/own/latest_day.sql"), [], |row| {
                row.get(0)
            })?;
    match latest {
        Some(day) => receipt(&store.conn, &day),
        None => Ok(None),
    }
}
