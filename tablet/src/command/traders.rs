//! `traders`: the list and the search, both from the cache.

use super::route;
use crate::error::Result;
use crate::search;
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
    let mut list = match (words, query.order) {
        (Some(words), None) => found(store, words, market, limit)?,
        (None, order) => listed(store, &definition, market, order.unwrap_or(Order::Route))?,
        (Some(words), Some(order)) => {
            let found = found(store, words, market, usize::MAX)?;
            let found: HashSet<Uuid> = found.into_iter().map(|entry| entry.id).collect();
            let mut list = listed(store, &definition, market, order)?;
            list.retain(|entry| found.contains(&entry.id));
            list
        }
    };
    list.truncate(limit);
    Ok(list)
}

fn listed(
    store: &Store,
    definition: &Definition,
    market: Option<&str>,
    order: Order,
) -> Result<Vec<TraderEntry>> {
    let sql = match order {
        Order::Route => return route::list(store, definition, market),
        Order::Name => include_str!("../../sql/trader/by_name.sql"),
        Order::Stall => include_str!("../../sql/trader/by_stall.sql"),
    };
    let mut statement = store.conn.prepare_cached(sql)?;
    let rows = statement.query_map(named_params! { ":market": market }, entry)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn found(
    store: &Store,
    words: &str,
    market: Option<&str>,
    limit: usize,
) -> Result<Vec<TraderEntry>> {
    let hits = search::find(&store.conn, words, market, limit)?;
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
