//! `new_trader_form` and `check_duplicates`: a trader who is not listed yet, and who it may be after all.

use super::look::Look;
use super::parts::{Coded, Label, MarketName};
use super::today::Line;
use super::visit_sheet::{Question, QuestionAbout, question};
use crate::error::Result;
use crate::save::trader::find_duplicates;
use crate::store::visiting;
use grebeg_core::rules::duplicates::Candidate;
use grebeg_core::rules::facts::Answers;
use rusqlite::{OptionalExtension, named_params};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct NewTraderForm {
    pub markets: Vec<MarketName>,
    /// The market that is chosen at first.
    pub market: Option<String>,
    pub goods: Vec<Coded>,
    /// The block in which the person is now.
    pub block_hint: Option<String>,
    /// The answers to the question of willingness, for the readiness tiles.
    pub readiness: Option<Question>,
}

/// A trader as far as it is typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct Typed {
    #[cfg_attr(test, ts(optional = false))]
    pub market: String,
    pub stall: Option<String>,
    pub name: Option<String>,
    pub phone: Option<String>,
    pub commodity: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DuplicatesReply {
    pub possible_duplicates: Vec<KnownTrader>,
}

/// Somebody listed who may be the one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct KnownTrader {
    #[cfg_attr(test, ts(type = "Id"))]
    pub id: Uuid,
    pub name: Option<String>,
    pub stall: String,
    pub goods: Option<String>,
    pub last_visit: Option<LastVisit>,
    /// What agrees: `same_phone`, `same_stall`, …
    pub why: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LastVisit {
    pub by: Option<String>,
    pub day: String,
}

/// Errors: `market_unknown`.
pub fn form(
    look: &mut Look<'_>,
    market: Option<&str>,
    stall: Option<&str>,
) -> Result<NewTraderForm> {
    let market = look.market(market)?;
    let definition = &look.definition;
    let weights = &definition.priority;
    let asks = weights.willingness.iter();
    let readiness = asks.clone().find(|ask| ask.code == weights.class_question);
    let typed = stall.map(|stall| visiting::block(stall, ""));
    let block_hint = match typed.filter(|block| !block.is_empty()) {
        Some(block) => Some(block),
        None => last_block(look)?,
    };
    Ok(NewTraderForm {
        markets: look
            .markets
            .iter()
            .map(|code| look.market_name(code))
            .collect(),
        market: Some(market).filter(|market| !market.is_empty()),
        goods: definition
            .commodities()
            .iter()
            .map(|group| Coded {
                code: group.code.clone(),
                label: Label::new(&group.label_id, &group.label_en),
            })
            .collect(),
        block_hint,
        readiness: readiness
            .map(|ask| question(ask, QuestionAbout::Willingness, &Answers::default())),
    })
}

/// The block of the trader whom this person visited last.
fn last_block(look: &Look<'_>) -> Result<Option<String>> {
    let trader: Option<Uuid> = look
        .conn()
        .prepare_cached(include_str!("../../sql/own/recent_traders.sql"))?
        .query_row(named_params! { ":author": look.me.person_id.0 }, |row| {
            row.get(0)
        })
        .optional()?;
    let line = match trader {
        Some(trader) => Line::of_trader(look, trader)?,
        None => None,
    };
    Ok(line
        .map(|line| line.block)
        .filter(|block| !block.is_empty()))
}

/// The traders here who may be the one that is typed; nothing is saved. Errors: `market_unknown`.
pub fn check_duplicates(look: &mut Look<'_>, typed: &Typed) -> Result<DuplicatesReply> {
    let market = look.market(Some(typed.market.as_str()))?;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let candidate = Candidate::new(
        &market,
        &text(&typed.name),
        &text(&typed.stall),
        &text(&typed.phone),
        &text(&typed.commodity),
    );
    let mut known = Vec::new();
    for duplicate in find_duplicates(look.conn(), &candidate)? {
        let Some(line) = Line::of_trader(look, duplicate.id)? else {
            continue;
        };
        let last_visit = match (line.visit_day.is_empty(), line.visit_author) {
            (false, author) => Some(LastVisit {
                by: match author {
                    Some(author) => look.person_name(author)?,
                    None => None,
                },
                day: line.visit_day,
            }),
            _ => None,
        };
        known.push(KnownTrader {
            id: duplicate.id,
            name: Some(line.name).filter(|name| !name.is_empty()),
            stall: line.stall,
            goods: Some(line.commodity).filter(|goods| !goods.is_empty()),
            last_visit,
            why: duplicate.why.into_iter().map(str::to_owned).collect(),
        });
    }
    Ok(DuplicatesReply {
        possible_duplicates: known,
    })
}
