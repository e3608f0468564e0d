//! The cache for lists and the search: one row a trader, derived from the records and made again whenever they change.

use super::facts::{self, Merges};
use super::{own, record, visiting};
use crate::error::Result;
use crate::search::{self, SearchRow};
use grebeg_core::definition::Definition;
use grebeg_core::merge::ERASED;
use grebeg_core::rules::{funnel, priority, stall, wishes};
use rusqlite::{Connection, OptionalExtension, named_params};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Makes the rows of these traders again, and of those with whom they are merged or were.
pub fn refresh(conn: &Connection, definition: &Definition, traders: BTreeSet<Uuid>) -> Result<()> {
    if traders.is_empty() {
        return Ok(());
    }
    let merges = Merges::read(conn)?;
    for id in merges.close(traders) {
        refresh_one(conn, definition, id, &merges)?;
    }
    Ok(())
}

/// Makes every row again, and removes those of traders who are gone.
pub fn rebuild(conn: &Connection, definition: &Definition) -> Result<()> {
    let mut ids: BTreeSet<Uuid> = record::trader_ids(conn)?.into_iter().collect();
    let mut statement = conn.prepare_cached(include_str!("../../sql/trader/ids.sql"))?;
    let known = statement.query_map([], |row| row.get(0))?;
    ids.extend(known.collect::<Result<Vec<Uuid>, _>>()?);
    refresh(conn, definition, ids)
}

fn refresh_one(
    conn: &Connection,
    definition: &Definition,
    id: Uuid,
    merges: &Merges,
) -> Result<()> {
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
                ":why_id": priority.why_id,
                ":why_en": priority.why_en,
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
        search::remove(conn, key)?;
        return Ok(());
    }
    let mut words = vec![text("commodity"), personal("stall_name")];
    words.extend(goods.map(|group| group.label_id.as_str()));
    let phones = format!("{}; {}", personal("phone"), personal("phone_typed"));
    search::put(
        conn,
        &SearchRow {
            key,
            market: text("market"),
            name: personal("name"),
            nickname: personal("nickname"),
            stall: text("stall"),
            phone: &phones,
            goods: &words.join(" "),
        },
    )?;
    Ok(())
}

fn forget(conn: &Connection, id: Uuid) -> Result<()> {
    let key: Option<i64> = conn
        .prepare_cached(include_str!("../../sql/trader/get_key.sql"))?
        .query_row(named_params! { ":id": id }, |row| row.get(0))
        .optional()?;
    if let Some(key) = key {
        search::remove(conn, key)?;
        conn.prepare_cached(include_str!("../../sql/trader/delete.sql"))?
            .execute(named_params! { ":id": id })?;
    }
    Ok(())
}
