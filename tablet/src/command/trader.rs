//! `trader ID`: one trader, all of it.

use crate::error::{Result, TabletError, Unknown};
use crate::store::facts::{self, Whole};
use crate::store::{Store, view};
use grebeg_core::codec::Reader;
use grebeg_core::definition::Definition;
use grebeg_core::dump;
use grebeg_core::kinds::{self, Personal};
use grebeg_core::register::{RecordKey, Registers};
use grebeg_core::rules::{consent, funnel, priority};
use grebeg_core::wire::json::time;
use rusqlite::Connection;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;
use uuid::Uuid;

pub fn trader(store: &mut Store, typed: &str) -> Result<Json> {
    store.enrolment()?;
    let definition = store.definition()?;
    let conn = &store.conn;
    let id = view::trader_id(conn, typed)?;
    let whole =
        facts::whole(conn, id)?.ok_or_else(|| TabletError::unknown(Unknown::Trader, typed))?;
    let wishes = facts::wishes(conn, &definition, &whole)?;
    let withheld = wishes.unnamed;
    let key = RecordKey::new("trader", id);
    let mut answer: Map<String, Json> = dump::fields(&key, &whole.registers)
        .into_iter()
        .filter(|(field, _)| !(withheld && kinds::personal("trader", field) == Personal::Refusal))
        .collect();
    answer.remove("kind");
    let facts = whole.facts(&definition);
    let status = funnel::current(&definition, &facts);
    let priority = priority::of_facts(&definition, &facts);
    answer.insert("stage".into(), json!(status.code));
    answer.insert("priority".into(), json!(priority.class.code()));
    answer.insert("score".into(), json!(priority.score));
    answer.insert("why".into(), json!(priority.why_id));
    answer.insert("why_en".into(), json!(priority.why_en));
    answer.insert("steps".into(), steps(&definition, &whole));
    answer.insert("visits".into(), records(&whole, "visit"));
    answer.insert("needs".into(), records(&whole, "need"));
    answer.insert("consent".into(), consents(&definition, &whole));
    answer.insert("do_not_visit".into(), json!(wishes.do_not_visit));
    let conflicts = conflicts(conn, &whole, withheld)?.into_iter();
    let conflicts: Vec<Json> = conflicts.map(Conflict::into_json).collect();
    answer.insert("conflicts".into(), conflicts.into());
    let root = facts::root_of(conn, id)?;
    if root != id {
        answer.insert("shown_under".into(), json!(root));
    }
    Ok(answer.into())
}

/// The steps, each once: records that were merged may have the same one, and then the one that is done says it.
fn steps(definition: &Definition, whole: &Whole) -> Json {
    let mut by_code: BTreeMap<&str, (Uuid, &Registers)> = BTreeMap::new();
    let weight = |step: &Registers| {
        let done = step.text("state") == Some("selesai");
        (done, step.origin("state").map(|o| o.stamp))
    };
    for (id, step) in whole.of_kind("step") {
        let code = step.text("code").unwrap_or_default();
        let known = by_code.entry(code).or_insert((id, step));
        if weight(step) > weight(known.1) {
            *known = (id, step);
        }
    }
    // As the checklists stand; what the definition does not know comes last.
    let place = |code: &str| {
        let known = definition.step(code);
        let channels = definition.channels();
        let channel = known.and_then(|s| channels.iter().position(|c| c.code == s.channel));
        let place = known.map(|s| (channel.map_or(0, |at| at + 1), s.position()));
        (place.is_none(), place, code.to_owned())
    };
    let mut steps: Vec<_> = by_code.into_values().collect();
    steps.sort_by_cached_key(|(_, step)| place(step.text("code").unwrap_or_default()));
    steps
        .into_iter()
        .map(|(id, step)| {
            let code = step.text("code").unwrap_or_default();
            let origin = step.origin("state");
            json!({
                "id": id,
                "channel": definition.step(code).map(|s| s.channel.clone()),
                "code": code,
                "state": step.text("state"),
                "done": step.text("state") == Some("selesai"),
                "at": origin.map(|o| time(o.stamp.ms())),
                "by": origin.map(|o| o.author.0),
            })
        })
        .collect()
}

/// Records of a kind in their dump form, oldest first.
fn records(whole: &Whole, kind: &str) -> Json {
    let mut list: Vec<(i64, Json)> = whole
        .of_kind(kind)
        .map(|(id, registers)| {
            let first = registers.0.values().map(|r| r.origin.stamp).min();
            let fields = dump::fields(&RecordKey::new(kind, id), registers);
            (first.map_or(0, |stamp| stamp.ms()), json!(fields))
        })
        .collect();
    list.sort_by_key(|(at_ms, _)| *at_ms);
    list.into_iter().map(|(_, fields)| fields).collect()
}

/// The state of each purpose of the campaign.
fn consents(definition: &Definition, whole: &Whole) -> Json {
    let given = whole.consents(definition);
    let purposes = definition.code_values("consent_purposes").iter();
    let states: Map<String, Json> = purposes
        .filter_map(|purpose| purpose.get("code")?.as_str())
        .map(|code| (code.to_owned(), consent::state(&given, code).code().into()))
        .collect();
    states.into()
}

/// A field with a second value.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict {
    pub kind: String,
    pub id: Uuid,
    pub field: String,
    pub kept: Json,
    pub lost: Vec<Lost>,
}

/// A value that did not hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Lost {
    pub value: Json,
    pub at_ms: i64,
    pub by: Uuid,
}

impl Conflict {
    fn into_json(self) -> Json {
        let lost: Vec<Json> = self
            .lost
            .into_iter()
            .map(|lost| json!({ "value": lost.value, "at": time(lost.at_ms), "by": lost.by }))
            .collect();
        json!({ "kind": self.kind, "id": self.id, "kept": self.kept, "lost": lost, "field": self.field })
    }
}

/// Fields of the trader's records with a second value; of one whose name is withheld none that is personal.
pub fn conflicts(conn: &Connection, whole: &Whole, withheld: bool) -> Result<Vec<Conflict>> {
    let mut statement = conn.prepare_cached(include_str!("../../sql/record/conflict_all.sql"))?;
    let mut rows = statement.query([])?;
    let mut list = Vec::new();
    while let Some(row) = rows.next()? {
        let (kind, id): (String, Uuid) = (row.get(0)?, row.get(1)?);
        let hanging = whole
            .records
            .iter()
            .find(|(k, _)| k.id == id && k.kind == kind);
        let registers = match hanging {
            Some((_, registers)) => registers,
            None if id == whole.id && kind == "trader" => &whole.registers,
            None => continue,
        };
        let field: String = row.get(2)?;
        if withheld && kinds::personal(&kind, &field) == Personal::Refusal {
            continue;
        }
        let bytes: Vec<u8> = row.get(3)?;
        list.push(Conflict {
            kept: registers
                .value(&field)
                .map_or(Json::Null, |value| value.to_json()),
            kind,
            id,
            lost: lost(&bytes)?,
            field,
        });
    }
    Ok(list)
}

/// The stored form of `store::page::take_conflicts`.
fn lost(bytes: &[u8]) -> Result<Vec<Lost>> {
    let mut input = Reader::new(bytes);
    let mut values = Vec::new();
    while input.remaining() > 0 {
        let registers = Registers::from_bytes(input.blob()?)?;
        for register in registers.0.into_values() {
            values.push(Lost {
                value: register.value.to_json(),
                at_ms: register.origin.stamp.ms(),
                by: register.origin.author.0,
            });
        }
    }
    Ok(values)
}
