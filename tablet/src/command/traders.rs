//! `traders`: the list and the search, both from the cache.

use super::route;
use crate::error::Result;
use crate::search::{self, Hit};
use crate::store::{Store, view};
use grebeg_core::definition::Definition;
use rusqlite::{Row, named_params};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use uuid::Uuid;

/// In which order a list stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Order {
    /// The order of the day: appointments, then block by block who is able and willing first.
    Route,
    Name,
    /// As the stalls are walked.
    Stall,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct TradersQuery {
    pub market: Option<String>,
    pub search: Option<String>,
    /// All unless a number is asked for.
    pub limit: Option<usize>,
    /// Else a list stands in the order of the day, and a search gives the best first.
    pub order: Option<Order>,
}

/// A trader in a list; unknown texts are null.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TraderEntry {
    pub id: Uuid,
    pub name: Option<String>,
    pub market: String,
    pub stall: Option<String>,
    pub phone: Option<String>,
    pub commodity: Option<String>,
    pub stage: Option<String>,
    /// The class by which the list is ordered, and the points in it.
    pub priority: String,
    pub score: i64,
    pub why: String,
    pub why_en: String,
    pub last_visit_at: Option<String>,
}

/// Errors: `market_unknown`, also for a market out of scope.
pub fn traders(store: &mut Store, query: &TradersQuery) -> Result<Vec<TraderEntry>> {
    let limit = query.limit.unwrap_or(usize::MAX);
    let definition = store.definition()?;
    let market = match query.market.as_deref() {
        None => None,
        Some(named) => Some(view::market_code(&store.conn, &definition, named)?),
    };
    let market = market.as_deref();
    let words = query.search.as_deref().filter(|q| !q.trim().is_empty());
    let found = match words {
        None => None,
        Some(words) => {
            // In another order than that of the search the first ones may be anywhere among the found.
            let found_max = query.order.map_or(limit, |_| usize::MAX);
            Some(search::find(&store.conn, words, market, found_max)?)
        }
    };
    match (&found, query.order) {
        (Some(hits), None) => by_key(store, hits),
        (found, order) => {
            let keys = found.as_deref().unwrap_or_default().iter();
            let keys: HashSet<i64> = keys.map(|hit| hit.key).collect();
            let wanted = found.as_ref().map(|_| &keys);
            let mut taken = Taken::of(wanted, limit);
            listed(
                store,
                &definition,
                market,
                order.unwrap_or(Order::Route),
                &mut taken,
            )?;
            Ok(taken.entries)
        }
    }
}

/// The first rows of a list, as many as are asked for; where something was searched for, only what was found.
pub struct Taken<'k> {
    wanted: Option<&'k HashSet<i64>>,
    limit: usize,
    entries: Vec<TraderEntry>,
}

impl<'k> Taken<'k> {
    fn of(wanted: Option<&'k HashSet<i64>>, limit: usize) -> Self {
        let found = wanted.map_or(usize::MAX, HashSet::len);
        Self {
            wanted,
            limit: limit.min(found),
            entries: Vec::new(),
        }
    }

    pub fn has_room(&self) -> bool {
        self.entries.len() < self.limit
    }

    pub fn take(&mut self, row: &Row<'_>) -> rusqlite::Result<()> {
        let key = row.get("key")?;
        if self.wants(key) {
            self.add(key, entry(row)?);
        }
        Ok(())
    }

    pub fn add(&mut self, key: i64, entry: TraderEntry) {
        if self.has_room() && self.wants(key) {
            self.entries.push(entry);
        }
    }

    fn wants(&self, key: i64) -> bool {
        self.wanted.is_none_or(|wanted| wanted.contains(&key))
    }
}

fn listed(
    store: &Store,
    definition: &Definition,
    market: Option<&str>,
    order: Order,
    taken: &mut Taken<'_>,
) -> Result<()> {
    let sql = match order {
        Order::Route => return route::list(store, definition, market, taken),
        Order::Name => include_str!("../../sql/trader/by_name.sql"),
        Order::Stall => include_str!("../../sql/trader/by_stall.sql"),
    };
    let mut statement = store.conn.prepare_cached(sql)?;
    let mut rows = statement.query(named_params! { ":market": market })?;
    while let Some(row) = rows.next()?.filter(|_| taken.has_room()) {
        taken.take(row)?;
    }
    Ok(())
}

fn by_key(store: &Store, hits: &[Hit]) -> Result<Vec<TraderEntry>> {
    let mut statement = store
        .conn
        .prepare_cached(include_str!("../../sql/trader/by_key.sql"))?;
    let mut entries = Vec::with_capacity(hits.len());
    for hit in hits {
        let mut rows = statement.query(named_params! { ":key": hit.key })?;
        if let Some(row) = rows.next()? {
            entries.push(entry(row)?);
        }
    }
    Ok(entries)
}

pub fn entry(row: &Row<'_>) -> rusqlite::Result<TraderEntry> {
    let some = |index: &str| -> rusqlite::Result<Option<String>> {
        let text: String = row.get(index)?;
        Ok(Some(text).filter(|text| !text.is_empty()))
    };
    let last_visit_ms: Option<i64> = row.get("last_visit_ms")?;
    Ok(TraderEntry {
        id: row.get("id")?,
        name: some("name")?,
        market: row.get("market")?,
        stall: some("stall")?,
        phone: some("phone")?,
        commodity: some("commodity")?,
        stage: some("stage")?,
        priority: row.get("class")?,
        score: row.get("score")?,
        why: row.get("why_id")?,
        why_en: row.get("why_en")?,
        last_visit_at: last_visit_ms.map(grebeg_core::wire::json::time),
    })
}
