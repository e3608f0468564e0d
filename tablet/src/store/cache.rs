//! The cache for lists and the search: one row a trader, derived from the records and made again whenever they change.

use super::facts::{self, Merges};
use super::{own, record, visiting};
use crate::error::Result;
use crate::search::{self, SearchRow};
use grebeg_core::definition::Definition;
use grebeg_core::merge::ERASED;
use grebeg_core::rules::{funnel, priority, stall, wishes};
use rusqlite::{Connection, OptionalExtension, named_params};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// Traders whose rows and words are written in one go.
const TOGETHER: usize = 2_000;

/// Makes the rows of these traders again, and of those with whom they are merged or were.
pub fn refresh(conn: &Connection, definition: &Definition, traders: BTreeSet<Uuid>) -> Result<()> {
    if traders.is_empty() {
        return Ok(());
    }
    let merges = Merges::read(conn)?;
    let traders: Vec<Uuid> = merges.close(traders).into_iter().collect();
    let mut reasons = Reasons::new(conn);
    for part in traders.chunks(TOGETHER) {
        // All rows first and then the search: a row that is written between two of the index has it write what it holds so far.
        let mut found = Vec::new();
        let mut gone = Vec::new();
        for id in part {
            match refresh_one(conn, definition, *id, &merges, &mut reasons)? {
                Some(Searched::By(words)) => found.push(words),
                Some(Searched::Not(key)) => gone.push(key),
                None => {}
            }
        }
        let rows: Vec<SearchRow<'_>> = found.iter().map(Words::row).collect();
        search::write(conn, &rows, &gone)?;
    }
    Ok(())
}

/// The reasons of places in the list, each kept once: hundreds of traders share them.
struct Reasons<'c> {
    conn: &'c Connection,
    /// Those met so far, by their Indonesian and English words.
    known: HashMap<(String, String), i64>,
}

impl<'c> Reasons<'c> {
    fn new(conn: &'c Connection) -> Self {
        Self {
            conn,
            known: HashMap::new(),
        }
    }

    fn number(&mut self, id: String, en: String) -> Result<i64> {
        let words = (id, en);
        if let Some(number) = self.known.get(&words) {
            return Ok(*number);
        }
        let ask = |sql: &str| {
            let mut statement = self.conn.prepare_cached(sql)?;
            statement.query_row(named_params! { ":id": words.0, ":en": words.1 }, |row| {
                row.get::<_, i64>(0)
            })
        };
        let number = match ask(include_str!("../../sql/trader/why_find.sql")).optional()? {
            Some(number) => number,
            None => ask(include_str!("../../sql/trader/why_put.sql"))?,
        };
        self.known.insert(words, number);
        Ok(number)
    }
}

/// What a trader's row means for the search.
enum Searched {
    By(Words),
    /// It is not to be found: the row's key.
    Not(i64),
}

/// What a trader is found by.
struct Words {
    key: i64,
    market: String,
    name: String,
    nickname: String,
    stall: String,
    phone: String,
    goods: String,
}

impl Words {
    fn row(&self) -> SearchRow<'_> {
        SearchRow {
            key: self.key,
            market: &self.market,
            name: &self.name,
            nickname: &self.nickname,
            stall: &self.stall,
            phone: &self.phone,
            goods: &self.goods,
        }
    }
}

/// Makes every row again, and removes those of traders who are gone.
pub fn rebuild(conn: &Connection, definition: &Definition) -> Result<()> {
    let mut ids: BTreeSet<Uuid> = record::trader_ids(conn)?.into_iter().collect();
    let mut statement = conn.prepare_cached(include_str!("../../sql/trader/ids.sql"))?;
    let known = statement.query_map([], |row| row.get(0))?;
    ids.extend(known.collect::<Result<Vec<Uuid>, _>>()?);
    refresh(conn, definition, ids)?;
    conn.prepare_cached(include_str!("../../sql/trader/why_sweep.sql"))?
        .execute([])?;
    Ok(())
}

fn refresh_one(
    conn: &Connection,
    definition: &Definition,
    id: Uuid,
    merges: &Merges,
    reasons: &mut Reasons<'_>,
) -> Result<Option<Searched>> {
    let Some(whole) = facts::whole_among(conn, id, merges)? else {
        return forget(conn, id);
    };
    let trader = &whole.registers;
    let facts = whole.facts(definition);
    let wishes = wishes::of(definition, &facts);
    let withheld = wishes.unnamed;
    // What is left of a trader who is elsewhere now, under a change that still waits, has no market of its own.
    let hidden = whole.merged_away
        || wishes.unlisted
        || trader.flag(ERASED)
        || trader.flag("withdrawn")
        || trader.text("market").is_none();
    let text = |field: &str| trader.text(field).unwrap_or_default();
    let personal = |field: &str| if withheld { "" } else { text(field) };
    let stage = funnel::current(definition, &facts);
    let priority = priority::of_facts(definition, &facts);
    let goods = facts
        .commodity
        .as_deref()
        .and_then(|code| definition.commodity(code));
    let visiting = visiting::of(definition, &whole, &facts);
    let last = visiting.last.as_ref();
    let stall = stall::parse(text("stall"));
    let place = priority::DayPlace {
        market_position: definition.market(text("market")).map(|m| m.position),
        stall: &stall,
        class: priority.class,
        score: priority.score,
        last_visit_at_ms: last.map(|visit| visit.at_ms),
    };
    let appointment = visiting.appointment.as_ref();
    let why = reasons.number(priority.why_id, priority.why_en)?;
    let key: i64 = conn
        .prepare_cached(include_str!("../../sql/trader/put.sql"))?
        .query_row(
            named_params! {
                ":id": id,
                ":market": text("market"),
                ":name": personal("name"),
                ":nickname": personal("nickname"),
                ":stall": text("stall"),
                ":walk": stall.walk_key(),
                ":route": place.key(),
                ":block": visiting::block(text("stall"), text("block")),
                ":phone": personal("phone"),
                ":commodity": text("commodity"),
                ":goods": facts.commodity.as_deref().unwrap_or_default(),
                ":stage": stage.code,
                ":class": priority.class.code(),
                ":class_order": priority.class as i64,
                ":score": priority.score,
                ":why": why,
                ":known": priority.known_yes.join(","),
                ":lacking": priority.known_no.join(","),
                ":hidden": hidden,
                ":last_visit_ms": last.map(|visit| visit.at_ms),
                ":visit_day": last.map(|visit| own::label(visit.day)).unwrap_or_default(),
                ":visit_author": last.map(|visit| visit.author),
                ":outcome": last.map_or("", |visit| visit.outcome.as_str()),
                ":met": visiting.met,
                ":closed": visiting.closed,
                ":appointment": appointment.map(|a| own::label(a.date)).unwrap_or_default(),
                ":appointment_at": appointment.map_or("", |a| a.at.as_str()),
                ":appointment_note": if withheld { "" } else { appointment.map_or("", |a| a.note.as_str()) },
            },
            |row| row.get(0),
        )?;
    if hidden {
        return Ok(Some(Searched::Not(key)));
    }
    let mut words = vec![text("commodity"), personal("stall_name")];
    words.extend(goods.map(|group| group.label_id.as_str()));
    Ok(Some(Searched::By(Words {
        key,
        market: text("market").to_owned(),
        name: personal("name").to_owned(),
        nickname: personal("nickname").to_owned(),
        stall: text("stall").to_owned(),
        phone: format!("{}; {}", personal("phone"), personal("phone_typed")),
        goods: words.join(" "),
    })))
}

/// Deletes the row of a trader who is not here.
fn forget(conn: &Connection, id: Uuid) -> Result<Option<Searched>> {
    let key: Option<i64> = conn
        .prepare_cached(include_str!("../../sql/trader/get_key.sql"))?
        .query_row(named_params! { ":id": id }, |row| row.get(0))
        .optional()?;
    if key.is_some() {
        conn.prepare_cached(include_str!("../../sql/trader/delete.sql"))?
            .execute(named_params! { ":id": id })?;
    }
    Ok(key.map(Searched::Not))
}
