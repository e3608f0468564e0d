//! `close-day`: the totals of a working day and, once all of it is sent, its receipt.

use crate::clock;
use crate::error::{Result, TabletError};
use crate::store::{Store, meta, own, record, view};
use serde::Serialize;

/// Visits of a day; `receipt` is null while anything of that day waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DayReply {
    pub date: String,
    #[serde(flatten)]
    pub books: view::Books,
    pub receipt: Option<String>,
}

/// Closes a working day; without a date the one that holds now in the tablet's markets.
pub fn close(store: &mut Store, date: Option<&str>) -> Result<DayReply> {
    store.enrolment()?;
    let definition = store.definition()?;
    let date = match date {
        Some(typed) => {
            let wrong = |_| TabletError::bad("date", "takes a date YYYY-MM-DD");
            let date: chrono::NaiveDate = typed.trim().parse().map_err(wrong)?;
            own::label(date)
        }
        None => today(store)?,
    };
    store.transaction(|tx| own::close_day(tx, &date))?;
    Ok(DayReply {
        books: view::books(&store.conn, &definition, Some(&date))?,
        receipt: view::receipt(&store.conn, &date)?,
        date,
    })
}

/// The working day of now: in the market of the latest visit, else in the first of the tablet's markets.
pub fn today(store: &mut Store) -> Result<String> {
    let definition = store.definition()?;
    let contact = meta::contact(&store.conn)?;
    let now_ms = clock::corrected_ms(contact.as_ref(), &clock::read());
    let visits = own::visits(&store.conn)?;
    let market = match visits.last() {
        Some(visit) => visit.market.clone(),
        None => {
            let homes = record::homes(&store.conn)?;
            let market = homes.into_iter().map(|h| h.home).find(|h| h != "*");
            market.unwrap_or_default()
        }
    };
    Ok(own::label(definition.working_day(&market, now_ms)))
}
