//! Answers a query: whole words first, then beginnings and parts, then words with a wrong letter.

use rusqlite::{Connection, named_params};

use super::query::{Clause, any, parse, quoted};
use super::{Hit, Rank, SearchError, index, near, phone};

/// Up to this many matches are sorted one by one; more are met on a walk through all traders in order.
const SORTED_MAX: usize = 3_000;

/// Traders that meet every word of `query`, best first; equally good ones by market, stall and key.
///
/// `market`: only this one, if given. At most `limit` hits. A query without words gives all traders.
/// Any text is a valid query. Errors: only those of the database.
pub fn find(
    conn: &Connection,
    query: &str,
    market: Option<&str>,
    limit: usize,
) -> Result<Vec<Hit>, SearchError> {
    let mut hits = Vec::new();
    if limit == 0 {
        return Ok(hits);
    }
    let clauses = parse(query);
    if clauses.is_empty() {
        walk(conn, market, |key| {
            hits.push(Hit {
                key,
                rank: Rank::Exact,
            });
            hits.len() < limit
        })?;
        return Ok(hits);
    }
    // Each level finds again what the one before found, because it only adds alternatives.
    let mut seen: Vec<i64> = Vec::new();
    for rank in [Rank::Exact, Rank::Partly, Rank::Near] {
        // Next to the right phone number those one digit away would only disturb.
        let nothing_yet = hits.is_empty();
        let Some(expression) = expression(conn, &clauses, rank, nothing_yet)? else {
            continue;
        };
        let wanted = limit - hits.len();
        let mut keys = matches(conn, &expression, market)?;
        if rank == Rank::Near && nothing_yet {
            keys = with_near_digits(conn, keys, &clauses)?;
        }
        let fresh: Vec<i64> = keys
            .iter()
            .copied()
            .filter(|key| seen.binary_search(key).is_err())
            .collect();
        for key in in_order(conn, &fresh, market, wanted)? {
            hits.push(Hit { key, rank });
        }
        if hits.len() >= limit {
            break;
        }
        seen = keys;
    }
    Ok(hits)
}

/// The query at one level of leniency; `None` when this level allows nothing that the one before did not.
fn expression(
    conn: &Connection,
    clauses: &[Clause],
    rank: Rank,
    nothing_yet: bool,
) -> Result<Option<String>, SearchError> {
    let mut all = Vec::with_capacity(clauses.len());
    let mut adds = rank == Rank::Exact;
    for clause in clauses {
        match rank {
            Rank::Exact if clause.exact.is_empty() => return Ok(None),
            Rank::Exact => all.push(format!("({})", clause.exact.join(" OR "))),
            Rank::Partly => {
                adds |= !clause.partly.is_empty();
                all.push(any(clause));
            }
            Rank::Near => {
                let mut near = match &clause.digits {
                    Some(digits) if nothing_yet => phone::near_expressions(digits),
                    _ => Vec::new(),
                };
                if let Some(word) = &clause.correctable {
                    near.extend(
                        near::corrections(conn, word)?
                            .iter()
                            .map(|word| quoted(word)),
                    );
                }
                adds |= !near.is_empty();
                near.push(any(clause));
                all.push(format!("({})", near.join(" OR ")));
            }
        }
    }
    Ok(adds.then(|| all.join(" AND ")))
}

/// Those of `keys` whose numbers really are within one digit of what was typed.
fn with_near_digits(
    conn: &Connection,
    keys: Vec<i64>,
    clauses: &[Clause],
) -> Result<Vec<i64>, SearchError> {
    let typed: Vec<&str> = clauses
        .iter()
        .filter_map(|clause| clause.digits.as_deref())
        .filter(|digits| phone::is_long(digits))
        .collect();
    if typed.is_empty() {
        return Ok(keys);
    }
    let mut kept = Vec::new();
    for key in keys {
        let words = index::stored_words(conn, key)?.unwrap_or_default();
        let fits = |digits: &&str| {
            phone::is_near(&words, digits) || words.split(' ').any(|word| word.starts_with(*digits))
        };
        if typed.iter().all(fits) {
            kept.push(key);
        }
    }
    Ok(kept)
}

/// Keys that meet an expression, ascending, as the index keeps them.
fn matches(
    conn: &Connection,
    expression: &str,
    market: Option<&str>,
) -> Result<Vec<i64>, SearchError> {
    let expression = match market {
        Some(market) => format!("{} AND {expression}", quoted(&index::market_token(market))),
        None => expression.to_owned(),
    };
    let mut statement = conn.prepare_cached(include_str!("../../sql/search/match.sql"))?;
    let mut rows = statement.query(named_params! { ":expression": expression, ":limit": -1 })?;
    let mut keys = Vec::new();
    while let Some(row) = rows.next()? {
        keys.push(row.get(0)?);
    }
    Ok(keys)
}

/// The first `wanted` of `keys` (ascending) by market, stall and key.
fn in_order(
    conn: &Connection,
    keys: &[i64],
    market: Option<&str>,
    wanted: usize,
) -> Result<Vec<i64>, SearchError> {
    if keys.len() > SORTED_MAX {
        let mut first = Vec::with_capacity(wanted.min(keys.len()));
        walk(conn, market, |key| {
            if keys.binary_search(&key).is_ok() {
                first.push(key);
            }
            first.len() < wanted.min(keys.len())
        })?;
        return Ok(first);
    }
    let mut statement = conn.prepare_cached(include_str!("../../sql/search/place.sql"))?;
    let mut placed = Vec::with_capacity(keys.len());
    for &key in keys {
        let place = statement.query_row(named_params! { ":key": key }, |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?))
        })?;
        placed.push((place, key));
    }
    placed.sort_unstable();
    placed.truncate(wanted);
    Ok(placed.into_iter().map(|(_, key)| key).collect())
}

/// Shows `visit` the keys of all traders in order, until it says to stop (`false`).
fn walk(
    conn: &Connection,
    market: Option<&str>,
    mut visit: impl FnMut(i64) -> bool,
) -> Result<(), SearchError> {
    let mut statement = match market {
        Some(_) => conn.prepare_cached(include_str!("../../sql/search/walk_market.sql"))?,
        None => conn.prepare_cached(include_str!("../../sql/search/walk.sql"))?,
    };
    let mut rows = match market {
        Some(market) => statement.query(named_params! { ":market": market })?,
        None => statement.query([])?,
    };
    while let Some(row) = rows.next()? {
        if !visit(row.get(0)?) {
            break;
        }
    }
    Ok(())
}
