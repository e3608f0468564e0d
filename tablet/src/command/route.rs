//! The order of a day, by the rule of the campaign: sorted here, because it looks at the day and at what stalls are called.

use super::traders::{TraderEntry, entry};
use crate::clock;
use crate::error::Result;
use crate::store::{Store, meta, own};
use chrono::{NaiveDate, NaiveTime};
use grebeg_core::definition::Definition;
use grebeg_core::rules::priority::{Class, DayOrder, DayPlace, day_order};
use grebeg_core::rules::stall;
use rusqlite::{Row, named_params};
use std::collections::HashMap;
use std::sync::Arc;

/// An appointment without a time comes after those that have one.
const END_OF_DAY_MS: i64 = 24 * 3_600_000;

/// All traders in the order in which they are to be visited today.
pub fn list(
    store: &Store,
    definition: &Definition,
    market: Option<&str>,
) -> Result<Vec<TraderEntry>> {
    let contact = meta::contact(&store.conn)?;
    let now_ms = clock::corrected_ms(contact.as_ref(), &clock::read());
    let mut markets: HashMap<String, (i64, NaiveDate)> = HashMap::new();
    let mut statement = store
        .conn
        .prepare_cached(include_str!("../../sql/trader/day.sql"))?;
    let mut rows = statement.query(named_params! { ":market": market })?;
    let mut placed = Vec::new();
    while let Some(row) = rows.next()? {
        let entry = entry(row)?;
        let (position, today) = *markets.entry(entry.market.clone()).or_insert_with(|| {
            let known = definition.market(&entry.market);
            let today = definition.working_day(&entry.market, now_ms);
            (known.map_or(i64::MAX, |m| m.position), today)
        });
        placed.push((place(row, &entry, position, today)?, entry));
    }
    placed.sort_by(|(a, _), (b, _)| day_order(a, b, DayOrder::ByBlock));
    Ok(placed.into_iter().map(|(_, entry)| entry).collect())
}

fn place(
    row: &Row<'_>,
    entry: &TraderEntry,
    market_position: i64,
    today: NaiveDate,
) -> Result<DayPlace> {
    let class: i64 = row.get("class_order")?;
    let (appointment, at): (String, String) = (row.get("appointment")?, row.get("appointment_at")?);
    let due = appointment == own::label(today);
    Ok(DayPlace {
        appointment_at_ms: due.then(|| time_ms(&at)),
        market_position,
        stall: Arc::new(stall::parse(entry.stall.as_deref().unwrap_or_default())),
        class: Class::ALL
            .into_iter()
            .find(|known| *known as i64 == class)
            .unwrap_or(Class::D),
        score: entry.score,
        last_visit_at_ms: row.get("last_visit_ms")?,
        id: entry.id,
    })
}

/// `HH:MM` as milliseconds of the day.
fn time_ms(at: &str) -> i64 {
    NaiveTime::parse_from_str(at, "%H:%M").map_or(END_OF_DAY_MS, |time| {
        (time - NaiveTime::MIN).num_milliseconds()
    })
}
