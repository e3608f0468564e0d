//! `search`: traders by name, nickname, stall, phone or goods, each with why it was found.

use super::look::Look;
use super::today::{DayList, Line, TraderRow, row};
use crate::error::Result;
use crate::search;
use crate::search::why::{Field, Fit, Question, Texts};
use rusqlite::named_params;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;

/// An empty query gives the eight traders that this person saw last.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct SearchQuery {
    #[cfg_attr(test, ts(optional = false))]
    pub query: String,
    pub market: Option<String>,
    pub block: Option<String>,
    /// Only those whom nobody has met yet.
    pub unvisited: Option<bool>,
    /// Hits wanted; 50 unless said, at most 200.
    pub limit: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SearchReply {
    /// Traders that were searched.
    pub total_traders: u32,
    pub hits: Vec<SearchHit>,
    /// There are more than were asked for.
    pub more: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SearchHit {
    #[serde(flatten)]
    pub row: TraderRow,
    /// Why it was found: the best reason; null for the recent ones.
    pub matched: Option<Matched>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Matched {
    pub field: MatchedField,
    pub how: How,
    /// The text in which it was found. A phone shows only what was typed and the end of the number.
    pub text: String,
    /// Where in `text`, as [from, to) in UTF-16 units, the way a page cuts text.
    #[cfg_attr(test, ts(type = "[number, number][]"))]
    pub marks: Vec<(u32, u32)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum MatchedField {
    Name,
    Nickname,
    Stall,
    Phone,
    Goods,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum How {
    /// A whole word, number or stall.
    Same,
    Begins,
    Part,
    /// Another spelling of the same sound.
    SimilarSound,
    OneLetter,
}

/// Hits that travel unless another number is asked for, and at most.
const HITS_USUAL: u32 = 50;
const HITS_MAX: u32 = 200;
/// Hits through which a filter looks.
const FILTERED_MAX: usize = 1_000;
/// Traders shown before anything is typed.
const RECENT: usize = 8;

/// Errors: `market_unknown`.
pub fn search(look: &mut Look<'_>, query: &SearchQuery) -> Result<SearchReply> {
    let markets = match query.market.as_deref().filter(|m| !m.trim().is_empty()) {
        Some(named) => vec![look.market(Some(named))?],
        None => look.markets.clone(),
    };
    let list = DayList::of(look, &look.market(None)?)?;
    let mut total_traders = 0;
    for market in &markets {
        total_traders += look
            .conn()
            .prepare_cached(include_str!("../../sql/trader/count_in_market.sql"))?
            .query_row(named_params! { ":market": market }, |row| {
                row.get::<_, u32>(0)
            })?;
    }
    let limit = query.limit.unwrap_or(HITS_USUAL).min(HITS_MAX) as usize;
    if query.query.trim().is_empty() {
        return Ok(SearchReply {
            total_traders,
            hits: recent(look, &list, &markets)?,
            more: false,
        });
    }
    let only_unvisited = query.unvisited.unwrap_or(false);
    let is_filtered = only_unvisited || query.block.is_some();
    let wanted = if is_filtered { FILTERED_MAX } else { limit + 1 };
    let mut found = Vec::new();
    for market in &markets {
        found.extend(search::find(
            look.conn(),
            &query.query,
            Some(market),
            wanted,
        )?);
    }
    // Each market came in its order; together the better ones stand first.
    found.sort_by_key(|hit| hit.rank);
    let question = Question::new(&query.query);
    let mut hits = Vec::new();
    let mut more = false;
    for hit in found {
        let Some(line) = Line::of_key(look, hit.key)? else {
            continue;
        };
        let fits = query
            .block
            .as_ref()
            .is_none_or(|block| *block == line.block)
            && !(only_unvisited && line.met);
        if !fits {
            continue;
        }
        if hits.len() == limit {
            more = true;
            break;
        }
        let matched = matched(look, &question, &line);
        let best = matched.as_ref().map(|m| (m.how, m.field));
        hits.push((
            hit.rank,
            best.is_none(),
            best,
            hit_of(look, &list, line, matched)?,
        ));
    }
    hits.sort_by_key(|hit| (hit.0, hit.1, hit.2));
    Ok(SearchReply {
        total_traders,
        hits: hits.into_iter().map(|(.., hit)| hit).collect(),
        more,
    })
}

/// The traders whom this person visited last, each once.
fn recent(look: &Look<'_>, list: &DayList, markets: &[String]) -> Result<Vec<SearchHit>> {
    let mut statement = look
        .conn()
        .prepare_cached(include_str!("../../sql/own/recent_traders.sql"))?;
    let rows = statement.query_map(named_params! { ":author": look.me.person_id.0 }, |row| {
        row.get::<_, Uuid>(0)
    })?;
    let mut seen = BTreeSet::new();
    let mut hits = Vec::new();
    for trader in rows {
        let trader = trader?;
        if hits.len() == RECENT || !seen.insert(trader) {
            continue;
        }
        let line = Line::of_trader(look, trader)?;
        let line = line.filter(|line| markets.contains(&line.market) && !line.hidden);
        if let Some(line) = line {
            hits.push(hit_of(look, list, line, None)?);
        }
    }
    Ok(hits)
}

fn hit_of(
    look: &Look<'_>,
    list: &DayList,
    line: Line,
    matched: Option<Matched>,
) -> Result<SearchHit> {
    let day = crate::store::own::label(look.day_in(&line.market));
    let group = line.group(&day, list.returned.contains_key(&line.id));
    Ok(SearchHit {
        row: row(look, list, line, group)?,
        matched,
    })
}

fn matched(look: &Look<'_>, question: &Question, line: &Line) -> Option<Matched> {
    let label = look.definition.commodity(&line.goods);
    let texts = Texts {
        name: &line.name,
        nickname: &line.nickname,
        stall: &line.stall,
        phone: &line.phone,
        goods: [
            &line.commodity,
            label.map_or("", |group| group.label_id.as_str()),
        ],
    };
    let why = question.why(&texts).into_iter().next()?;
    Some(Matched {
        field: match why.field {
            Field::Name => MatchedField::Name,
            Field::Nickname => MatchedField::Nickname,
            Field::Stall => MatchedField::Stall,
            Field::Phone => MatchedField::Phone,
            Field::Goods => MatchedField::Goods,
        },
        how: match why.fit {
            Fit::Same => How::Same,
            Fit::Begins => How::Begins,
            Fit::Part => How::Part,
            Fit::SimilarSound => How::SimilarSound,
            Fit::OneLetter => How::OneLetter,
        },
        text: why.text,
        marks: why.marks,
    })
}
