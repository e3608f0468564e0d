//! `today` and `today_rows`: who to visit, in which order, and why.

mod list;
mod row;

pub use list::DayList;
pub use row::{Line, TileFacts, row, short_dates, tile};

use super::look::Look;
use super::parts::{Label, MarketName, SentState};
use crate::error::Result;
use crate::store::{draft, meta, own, record};
use chrono::{NaiveDate, Timelike};
use grebeg_core::definition::Definition;
use grebeg_core::wire::json::time;
use rusqlite::{Connection, named_params};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What is to be looked at: without a market the one of the latest own visit, else the first of the person's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct TodayQuery {
    pub market: Option<String>,
    /// Label of a block as `blocks` gives it; without one all of them.
    pub block: Option<String>,
}

/// A window of the day's list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct RowsQuery {
    pub market: Option<String>,
    pub block: Option<String>,
    /// Place of the first row, from 0.
    pub from: u32,
    /// Rows wanted, at most 200.
    pub count: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TodayReply {
    /// Working day of the market, `YYYY-MM-DD`.
    pub date: String,
    /// Day of the field work, from 1; null outside it.
    pub day_number: Option<u32>,
    pub days: Option<u32>,
    pub market: MarketName,
    pub block: Option<String>,
    /// RFC 3339, corrected.
    pub now: String,
    /// Traders whom the person taught today, and how many a person has to teach a day to reach the target.
    pub taught_today: u32,
    pub target_today: u32,
    /// Local time is past 15.00: the row that closes the day is due.
    pub after_closing: bool,
    pub day_closed: bool,
    /// In the order in which they are walked.
    pub blocks: Vec<BlockCount>,
    pub markets: Vec<MarketCount>,
    /// In the order of the list; none is empty.
    pub groups: Vec<GroupCount>,
    /// Rows of the list as asked for: the sum of `groups`.
    pub total: u32,
    pub first_fill: FirstFill,
    pub draft: Option<DraftName>,
    /// Whom to ask for work: the lead of the market.
    pub lead: Option<String>,
}

/// Traders of a block who are still to be visited today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct BlockCount {
    pub block: String,
    pub count: u32,
    /// Assigned to this person today.
    pub assigned: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct MarketCount {
    pub code: String,
    pub name: String,
    pub count: u32,
}

/// A group of the day's list, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Group {
    /// A visit of this person that a lead sent back.
    Returned,
    /// An appointment for today, or one that passed.
    Janji,
    /// Able and willing.
    Dahulukan,
    /// Willing, needs help.
    Pendamping,
    Lain,
    /// Visited today.
    Sudah,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct GroupCount {
    pub code: Group,
    pub count: u32,
}

/// How far the first fetch of the markets has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct FirstFill {
    pub complete: bool,
    /// Traders that have arrived.
    pub have: u32,
    pub expected: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DraftName {
    #[cfg_attr(test, ts(type = "Id"))]
    pub trader: Uuid,
    pub name: Option<String>,
    pub stall: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RowsReply {
    pub rows: Vec<TraderRow>,
}

/// What a stall's tile shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Tile {
    Belum,
    Janji,
    Didatangi,
    Diajari,
    Akun,
    Tayang,
    Aktif,
    Tutup,
    Menolak,
    Pendamping,
    Pindah,
}

/// One trader in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TraderRow {
    #[cfg_attr(test, ts(type = "Id"))]
    pub id: Uuid,
    pub name: Option<String>,
    pub stall: String,
    /// The goods as typed.
    pub goods: Option<String>,
    /// The goods group that they belong to.
    pub goods_label: Option<Label>,
    /// Name of the market.
    pub market: String,
    /// Code and words of the exact stage.
    pub stage: String,
    pub stage_label: Label,
    #[cfg_attr(test, ts(type = "Layer"))]
    pub layer: u8,
    pub tile: Tile,
    pub reason: Reason,
    pub group: Group,
    pub sent: Option<SentState>,
    /// `HH:MM` of an appointment that has a time.
    pub appointment_at: Option<String>,
    /// The return to answer, in the group `returned`.
    #[cfg_attr(test, ts(type = "Id | null"))]
    pub return_id: Option<Uuid>,
}

/// Why a trader stands where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Reason {
    pub icon: ReasonIcon,
    pub head: Label,
    /// May be empty.
    pub detail: Label,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum ReasonIcon {
    Thumb,
    Clock,
    Cap,
    Calendar,
    Question,
    Check,
    Return,
}

/// Rows that travel at once.
const ROWS_MAX: u32 = 200;
/// Local hour from which the row that closes the day is shown.
const CLOSING_HOUR: u32 = 15;
/// Traders to teach a day where the campaign names no target.
const TARGET_USUAL: u32 = 6;

/// Errors: `market_unknown`.
pub fn today(look: &mut Look<'_>, query: &TodayQuery) -> Result<TodayReply> {
    let market = look.market(query.market.as_deref())?;
    let list = DayList::of(look, &market)?;
    let day = look.day_in(&market);
    let date = own::label(day);
    let mut groups: Vec<GroupCount> = Vec::new();
    for entry in list.in_block(query.block.as_deref()) {
        match groups.last_mut().filter(|last| last.code == entry.group) {
            Some(last) => last.count += 1,
            None => groups.push(GroupCount {
                code: entry.group,
                count: 1,
            }),
        }
    }
    let (day_number, days) = day_of_campaign(&look.definition, day);
    let local = look.definition.local_time(look.now_ms);
    Ok(TodayReply {
        day_number,
        days,
        market: look.market_name(&market),
        block: query.block.clone(),
        now: time(look.now_ms),
        taught_today: own_day(look, &date)?.taught,
        target_today: target(&look.definition),
        after_closing: local.hour() >= CLOSING_HOUR,
        day_closed: own::days_closed(look.conn())?.contains(&date),
        blocks: blocks(look, &list, &market, &date)?,
        markets: markets(look, &date)?,
        total: groups.iter().map(|group| group.count).sum(),
        groups,
        first_fill: first_fill(look.conn())?,
        draft: draft(look)?,
        lead: look.lead_of(&market)?,
        date,
    })
}

/// Errors: `market_unknown`.
pub fn rows(look: &mut Look<'_>, query: &RowsQuery) -> Result<RowsReply> {
    let market = look.market(query.market.as_deref())?;
    let list = DayList::of(look, &market)?;
    let wanted: Vec<list::Entry> = list
        .in_block(query.block.as_deref())
        .skip(query.from as usize)
        .take(query.count.min(ROWS_MAX) as usize)
        .copied()
        .collect();
    let mut rows = Vec::with_capacity(wanted.len());
    for entry in wanted {
        if let Some(line) = Line::of_key(look, entry.key)? {
            rows.push(row(look, &list, line, entry.group)?);
        }
    }
    Ok(RowsReply { rows })
}

/// The day's place in the campaign, training included, and the number of its days.
fn day_of_campaign(definition: &Definition, day: NaiveDate) -> (Option<u32>, Option<u32>) {
    let campaign = &definition.campaign;
    let (Some(from), Some(to)) = (
        campaign.training_date.or(campaign.field_from),
        campaign.field_to,
    ) else {
        return (None, None);
    };
    let number = |day: NaiveDate| u32::try_from((day - from).num_days() + 1).ok();
    let days = number(to);
    let within = number(day).filter(|number| *number >= 1 && Some(*number) <= days);
    (within, days)
}

/// Traders that one person has to teach on one day, so that all together reach the campaign's target in time.
pub fn target(definition: &Definition) -> u32 {
    let campaign = &definition.campaign;
    let people: i64 = definition.targets().iter().map(|t| t.canvassers).sum();
    let (Some(traders), Some(from), Some(to)) = (
        campaign.target_traders,
        campaign.field_from,
        campaign.field_to,
    ) else {
        return TARGET_USUAL;
    };
    let shares = people.saturating_mul((to - from).num_days() + 1);
    if shares <= 0 || traders <= 0 {
        return TARGET_USUAL;
    }
    u32::try_from(traders.saturating_add(shares - 1) / shares).unwrap_or(TARGET_USUAL)
}

/// What this person did on a working day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OwnDay {
    /// Visits that are not set aside.
    pub visits: u32,
    /// Traders who were taught.
    pub taught: u32,
}

/// From the own visits of a day, by the outcome that screens show now.
pub fn own_day(look: &Look<'_>, date: &str) -> Result<OwnDay> {
    let conn = look.conn();
    let mut taught = BTreeSet::new();
    let mut visits = BTreeSet::new();
    for own in own::of_day(conn, date)? {
        let (Some(id), true) = (own.visit, look.is_me(own.change.author.0)) else {
            continue;
        };
        let Some(visit) = record::shown(conn, "visit", id)? else {
            continue;
        };
        let outcome = visit.text("outcome").unwrap_or_default();
        if look.definition.is_void(outcome) {
            continue;
        }
        visits.insert(id);
        let teaches = look.definition.outcome(outcome).is_some_and(|o| o.taught);
        if let (true, Some(trader)) = (teaches, visit.id("trader")) {
            taught.insert(trader);
        }
    }
    let count = |set: BTreeSet<Uuid>| u32::try_from(set.len()).unwrap_or(u32::MAX);
    Ok(OwnDay {
        visits: count(visits),
        taught: count(taught),
    })
}

fn blocks(look: &Look<'_>, list: &DayList, market: &str, date: &str) -> Result<Vec<BlockCount>> {
    let mut counts = vec![0u32; list.blocks.len()];
    for entry in &list.entries {
        let count = entry.block.and_then(|block| counts.get_mut(block));
        if let (Some(count), true) = (count, entry.group != Group::Sudah) {
            *count += 1;
        }
    }
    let mut assigned = BTreeSet::new();
    for (_, assignment) in record::of_kind(look.conn(), "assignment")? {
        let mine = assignment.id("person").is_some_and(|id| look.is_me(id));
        let here = assignment.text("market") == Some(market);
        let today = assignment.text("date").is_none_or(|day| day == date);
        if mine && here && today && assignment.flag("active") {
            assigned.extend(assignment.text("block").map(str::to_uppercase));
        }
    }
    Ok(list
        .blocks
        .iter()
        .zip(counts)
        .map(|(block, count)| BlockCount {
            block: block.clone(),
            count,
            assigned: assigned.contains(block),
        })
        .collect())
}

fn markets(look: &Look<'_>, date: &str) -> Result<Vec<MarketCount>> {
    let mut statement = look
        .conn()
        .prepare_cached(include_str!("../../../sql/trader/open_by_market.sql"))?;
    let rows = statement.query_map(named_params! { ":day": date }, |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    let counts: BTreeMap<String, u32> = rows.collect::<Result<_, _>>()?;
    Ok(look
        .markets
        .iter()
        .map(|code| MarketCount {
            code: code.clone(),
            name: look.market_name(code).name,
            count: counts.get(code).copied().unwrap_or(0),
        })
        .collect())
}

/// How far the first fetch has come; while it goes on, what has arrived beside is counted too.
pub fn first_fill(conn: &Connection) -> Result<FirstFill> {
    let have = conn
        .prepare_cached(include_str!("../../../sql/trader/count_arrived.sql"))?
        .query_row([], |row| row.get(0))?;
    Ok(FirstFill {
        complete: meta::flag(conn, "filled")?,
        have,
        expected: None,
    })
}

fn draft(look: &Look<'_>) -> Result<Option<DraftName>> {
    let Some(trader) = draft::latest(look.conn(), look.me.person_id)? else {
        return Ok(None);
    };
    let who = look.who(Some(trader))?;
    Ok(Some(DraftName {
        trader,
        name: who.name,
        stall: who.stall,
    }))
}
