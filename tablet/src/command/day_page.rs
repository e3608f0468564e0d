//! `day_page` and `reopen_day`: a working day with its balance, and its receipt once all of it is sent.

use super::look::{self, Look};
use super::parts::{Done, Label};
use super::qr;
use super::today::{self, Line};
use crate::error::Result;
use crate::store::view::{self, Books};
use crate::store::{batch, facts, own};
use chrono::NaiveDate;
use grebeg_core::rules::funnel;
use grebeg_core::wire::json::time;
use rusqlite::named_params;
use serde::Serialize;
use std::collections::BTreeSet;
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DayPage {
    pub date: String,
    /// Its name.
    pub market: String,
    pub closed: bool,
    pub books: Books,
    pub receipt: Option<String>,
    /// The receipt as a QR code, row by row; true is dark.
    pub receipt_qr: Option<Vec<Vec<bool>>>,
    /// When the server took the last of this day.
    pub received_at: Option<String>,
    /// Visits of the person on this day, without those set aside.
    pub visits: u32,
    pub taught: u32,
    pub target: u32,
    /// Traders whose first product went live on this day.
    pub listed: u32,
    pub new_traders: u32,
    pub tomorrow: Vec<TomorrowLine>,
    /// Changes of this day that wait.
    pub waiting: u64,
    pub lead: Option<String>,
    /// The person who looks.
    pub person: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TomorrowLine {
    #[cfg_attr(test, ts(type = "Id"))]
    pub trader: Uuid,
    /// `HH:MM`
    pub at: Option<String>,
    pub name: Option<String>,
    pub stall: String,
    pub what: Label,
}

/// Appointments of the next day that are named.
const TOMORROW_MAX: usize = 50;

/// Errors: `bad_value`.
pub fn day_page(look: &mut Look<'_>, date: Option<&str>) -> Result<DayPage> {
    let date = look::date_or_today(look, date)?;
    let market = look.market(None)?;
    let conn = look.conn();
    let receipt = view::receipt(conn, &date)?;
    let own = today::own_day(look, &date)?;
    let books = view::books(conn, &look.definition, Some(&date))?;
    let waiting = own::waiting_of_day(conn, &date)?;
    let received = batch::of_day(conn, &date)?.into_iter().next();
    Ok(DayPage {
        market: look.market_name(&market).name,
        closed: own::days_closed(conn)?.contains(&date),
        books,
        receipt_qr: receipt.as_deref().and_then(qr::code),
        received_at: received.filter(|_| waiting == 0).map(|b| time(b.at_ms)),
        receipt,
        visits: own.visits,
        taught: own.taught,
        target: today::target(&look.definition),
        listed: listed(look, &date)?,
        new_traders: new_traders(look, &date)?,
        tomorrow: tomorrow(look, &date)?,
        waiting,
        lead: look.lead_of(&market)?,
        person: Some(look.me.name.clone()),
        date,
    })
}

/// Traders touched by this tablet on the day whose product went live on that very day.
fn listed(look: &Look<'_>, date: &str) -> Result<u32> {
    let conn = look.conn();
    let mut traders = BTreeSet::new();
    for own in own::of_day(conn, date)? {
        traders.extend(look::traders_of(conn, &own.change)?);
    }
    let mut count = 0;
    for trader in traders {
        let Some(whole) = facts::whole(conn, trader)? else {
            continue;
        };
        let status = funnel::status(&look.definition, &whole.facts(&look.definition));
        let anchor = status.since(&look.definition.anchor_stage);
        count += u32::from(anchor.map(own::label).as_deref() == Some(date));
    }
    Ok(count)
}

/// Traders whom this tablet added on the day.
fn new_traders(look: &Look<'_>, date: &str) -> Result<u32> {
    let added = own::all(look.conn())?.into_iter().filter(|own| {
        own.day == date
            && own.change.patches.iter().any(|patch| {
                patch.kind == "trader"
                    && patch.value("market").is_some()
                    && patch.value("stall").is_some()
            })
    });
    Ok(u32::try_from(added.count()).unwrap_or(u32::MAX))
}

fn tomorrow(look: &Look<'_>, date: &str) -> Result<Vec<TomorrowLine>> {
    let next = date.parse().ok().and_then(|day: NaiveDate| day.succ_opt());
    let Some(next) = next.map(own::label) else {
        return Ok(Vec::new());
    };
    let mut statement = look
        .conn()
        .prepare_cached(include_str!("../../sql/trader/appointments.sql"))?;
    let keys = statement.query_map(named_params! { ":date": next }, |row| row.get::<_, i64>(0))?;
    let mut lines = Vec::new();
    for key in keys {
        let Some(line) = Line::of_key(look, key?)? else {
            continue;
        };
        if !look.markets.contains(&line.market) || lines.len() == TOMORROW_MAX {
            continue;
        }
        let note = line.appointment_note.trim();
        lines.push(TomorrowLine {
            trader: line.id,
            what: if note.is_empty() {
                look.outcome_label(&line.outcome)
            } else {
                Label::same(note)
            },
            at: Some(line.appointment_at).filter(|at| !at.is_empty()),
            name: Some(line.name).filter(|name| !name.is_empty()),
            stall: line.stall,
        });
    }
    Ok(lines)
}

/// A closed day is opened again, so that more can be recorded; its code then changes. Errors: `bad_value`.
pub fn reopen(look: &mut Look<'_>, date: Option<&str>) -> Result<Done> {
    let date = look::date_or_today(look, date)?;
    look.store.transaction(|tx| own::reopen_day(tx, &date))?;
    Ok(Done {})
}
