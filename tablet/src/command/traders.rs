//! `traders`: the list and the search, both from the cache.

use crate::error::{Result, TabletError, Unknown};
use crate::search;
use crate::store::Store;
use rusqlite::{Row, named_params};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Traders that a list holds unless another number is asked for.
const LIMIT: usize = 100;

/// In which order a list stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Order {
    /// Who is able and willing first.
    #[default]
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
    pub limit: Option<usize>,
    #[cfg_attr(test, ts(as = "Option<Order>", optional))]
    pub order: Order,
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

/// Errors: `market_unknown`.
pub fn traders(store: &mut Store, query: &TradersQuery) -> Result<Vec<TraderEntry>> {
    let limit = query.limit.unwrap_or(LIMIT);
    let market = match query.market.as_deref() {
        None => None,
        Some(named) => {
            let definition = store.definition()?;
            let market = definition.market_by_name(named);
            let market = market.ok_or_else(|| TabletError::unknown(Unknown::Market, named))?;
            Some(market.code.clone())
        }
    };
    if let Some(words) = query.search.as_deref().filter(|q| !q.trim().is_empty()) {
        return found(store, words, market.as_deref(), limit);
    }
    let sql = match query.order {
        Order::Route => include_str!("../../sql/trader/by_route.sql"),
        Order::Name => include_str!("../../sql/trader/by_name.sql"),
        Order::Stall => include_str!("../../sql/trader/by_stall.sql"),
    };
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut statement = store.conn.prepare_cached(sql)?;
    let params = named_params! { ":market": market, ":limit": limit };
    let rows = statement.query_map(params, entry)?;
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

fn entry(row: &Row<'_>) -> rusqlite::Result<TraderEntry> {
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
