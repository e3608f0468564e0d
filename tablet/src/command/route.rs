//! The order of a day: what is due today by time, then what the index of the day's order says.

use super::traders::{Taken, entry};
use crate::clock;
use crate::error::Result;
use crate::store::{Store, meta, own};
use chrono::NaiveDate;
use grebeg_core::definition::Definition;
use grebeg_core::rules::priority::market_key;
use rusqlite::named_params;
use std::collections::BTreeSet;

/// After every key of a day's order, and after all of one market where it ends that market's.
const AFTER: u8 = 0xff;

/// Takes traders in the order in which they are to be visited today.
pub fn list(
    store: &Store,
    definition: &Definition,
    market: Option<&str>,
    taken: &mut Taken<'_>,
) -> Result<()> {
    let due = due(store, definition, market, taken)?;
    let (mut from, mut to) = (Vec::new(), vec![AFTER; 5]);
    if let Some(market) = market {
        from = market_key(definition.market(market).map(|m| m.position)).to_vec();
        to = [&from[..], &[AFTER]].concat();
    }
    let mut statement = store
        .conn
        .prepare_cached(include_str!("../../sql/trader/by_route.sql"))?;
    let params = named_params! { ":market": market, ":from": from, ":to": to };
    let mut rows = statement.query(params)?;
    while let Some(row) = rows.next()?.filter(|_| taken.has_room()) {
        let key: i64 = row.get("key")?;
        if !due.contains(&key) {
            taken.take(row)?;
        }
    }
    Ok(())
}

/// Takes those with an appointment on the working day that it is in their market; a time that was not said comes last.
fn due(
    store: &Store,
    definition: &Definition,
    market: Option<&str>,
    taken: &mut Taken<'_>,
) -> Result<BTreeSet<i64>> {
    let contact = meta::contact(&store.conn)?;
    let now_ms = clock::corrected_ms(contact.as_ref(), &clock::read());
    let today = |market: &str| definition.working_day(market, now_ms);
    let markets = definition.markets();
    let days: BTreeSet<NaiveDate> = markets.iter().map(|m| today(&m.code)).collect();
    let mut statement = store
        .conn
        .prepare_cached(include_str!("../../sql/trader/due.sql"))?;
    let mut due = Vec::new();
    for day in days {
        let params = named_params! { ":market": market, ":date": own::label(day) };
        let mut rows = statement.query(params)?;
        while let Some(row) = rows.next()? {
            if today(&row.get::<_, String>("market")?) == day {
                let at: String = row.get("appointment_at")?;
                due.push((at.is_empty(), at, row.get::<_, i64>("key")?, entry(row)?));
            }
        }
    }
    // Stable: those of one time stay in the order of the day.
    due.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    let keys = due.iter().map(|(_, _, key, _)| *key).collect();
    for (_, _, key, entry) in due {
        taken.add(key, entry);
    }
    Ok(keys)
}
