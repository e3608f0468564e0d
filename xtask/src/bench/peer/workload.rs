//! The workload's rows as our records, and back.
//!
//! A trader's fields keep their names; what our definition does not know travels as unknown fields, as it would from a
//! newer program. Fields of a visit that mean something else to us carry the prefix `wl_`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use grebeg_core::change::{Content, Patch};
use grebeg_core::value::Value as Field;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::Result;

const MARKETS: [(&str, &str); 6] = [
    ("Kanoman", "KNM"),
    ("Pagi", "PGI"),
    ("Jagasatru", "JGS"),
    ("Perumnas", "PRM"),
    ("Drajat", "DRJ"),
    ("Harjamukti", "HRJ"),
];
const TRADER: [&str; 12] = [
    "id",
    "market",
    "block",
    "stall",
    "name",
    "phone",
    "commodity",
    "status",
    "willing",
    "platform",
    "coordinator",
    "note",
];
/// Field of the workload's visit, and of ours.
const VISIT: [(&str, &str); 10] = [
    ("id", "id"),
    ("trader", "trader"),
    ("market", "wl_market"),
    ("device", "wl_device"),
    ("canvasser", "wl_canvasser"),
    ("at", "wl_at"),
    ("outcome", "outcome"),
    ("step", "wl_step"),
    ("minutes", "wl_minutes"),
    ("note", "note"),
];

/// One action: a visit with what it set of its trader.
#[derive(Debug, Clone, PartialEq)]
pub struct Action {
    /// Unix milliseconds in the workload's own time.
    pub at: i64,
    pub patches: Vec<Patch>,
}

/// All traders as patches that create them.
pub fn traders() -> Result<Vec<Patch>> {
    lines("traders.jsonl")?.iter().map(trader_patch).collect()
}

/// A device's day, action by action.
pub fn day(device: u64) -> Result<Vec<Action>> {
    actions(&lines(&format!("day-{device:02}.jsonl"))?)
}

fn lines(file: &str) -> Result<Vec<Value>> {
    let path = PathBuf::from(std::env::var("WORKLOAD")?).join(file);
    let text = std::fs::read_to_string(path)?;
    Ok(text
        .lines()
        .map(serde_json::from_str)
        .collect::<std::result::Result<_, _>>()?)
}

fn actions(lines: &[Value]) -> Result<Vec<Action>> {
    let mut actions: Vec<Action> = Vec::new();
    for line in lines {
        if line["op"] == "visit" {
            let visit = &line["visit"];
            let fields = VISIT.iter().filter(|(theirs, _)| *theirs != "id");
            let fields = fields.map(|(theirs, ours)| (*ours, field(&visit[*theirs])));
            actions.push(Action {
                at: line["at"].as_i64().unwrap_or(0),
                patches: vec![Patch::new("visit", id(&visit["id"])?, fields)],
            });
            continue;
        }
        let (trader, name) = (
            id(&line["trader"])?,
            line["field"].as_str().unwrap_or_default(),
        );
        let patches = &mut actions
            .last_mut()
            .ok_or("a set before the first visit")?
            .patches;
        let content = Content::Value(field(&line["value"]));
        match patches
            .iter_mut()
            .find(|patch| patch.kind == "trader" && patch.id == trader)
        {
            Some(patch) => drop(patch.fields.insert(name.to_owned(), content)),
            None => patches.push(Patch::new(
                "trader",
                trader,
                [(name, field(&line["value"]))],
            )),
        }
    }
    Ok(actions)
}

fn trader_patch(row: &Value) -> Result<Patch> {
    let mut fields: Vec<(&str, Field)> = Vec::new();
    for name in TRADER.into_iter().filter(|name| *name != "id") {
        let value = match name {
            "market" => Field::text(code_of(row[name].as_str().unwrap_or_default())),
            _ => field(&row[name]),
        };
        // An absent field and an empty one are the same to the workload.
        if value != Field::text("") {
            fields.push((name, value));
        }
    }
    Ok(Patch::new("trader", id(&row["id"])?, fields))
}

fn field(value: &Value) -> Field {
    Field::from_json(value)
}

fn id(value: &Value) -> Result<Uuid> {
    Ok(Uuid::try_parse(value.as_str().unwrap_or_default())?)
}

fn code_of(market: &str) -> &str {
    let found = MARKETS.iter().find(|(name, _)| *name == market);
    found.map_or(market, |(_, code)| code)
}

fn name_of(code: &str) -> &str {
    let found = MARKETS.iter().find(|(_, known)| *known == code);
    found.map_or(code, |(name, _)| name)
}

/// The lines of a dump as the comparison reads them: `{"traders": […], "visits": […]}`, sorted by id.
pub fn dumped(lines: impl Iterator<Item = Value>) -> Value {
    let (mut traders, mut visits) = (BTreeMap::new(), BTreeMap::new());
    for line in lines {
        let id = line["id"].as_str().unwrap_or_default().to_owned();
        if line["kind"] == "trader" {
            let row = TRADER.iter().map(|name| {
                let value = match (*name, &line[*name]) {
                    ("market", value) => json!(name_of(value.as_str().unwrap_or_default())),
                    (_, Value::Null) => json!(""),
                    (_, value) => value.clone(),
                };
                ((*name).to_owned(), value)
            });
            traders.insert(id, Value::Object(row.collect::<Map<_, _>>()));
        } else if line["kind"] == "visit" {
            let row = VISIT
                .iter()
                .map(|(theirs, ours)| ((*theirs).to_owned(), line[*ours].clone()));
            visits.insert(id, Value::Object(row.collect::<Map<_, _>>()));
        }
    }
    json!({
        "traders": traders.into_values().collect::<Vec<_>>(),
        "visits": visits.into_values().collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uuid(number: u128) -> String {
        Uuid::from_u128(number).to_string()
    }

    #[test]
    fn a_visit_and_what_it_set_are_one_action() {
        let visit = |number: u128| {
            json!({
                "op": "visit", "at": 5, "visit": { "id": uuid(number), "trader": uuid(1), "minutes": 7 },
            })
        };
        let set = |field: &str| {
            json!({
                "op": "set", "at": 6, "trader": uuid(1), "field": field, "value": "x",
            })
        };
        let day = [visit(2), set("stall"), set("note"), visit(3)];
        let actions = actions(&day).unwrap();
        assert_eq!(actions.len(), 2);
        assert_eq!(actions[0].patches.len(), 2);
        assert_eq!(actions[0].patches[1].fields.len(), 2);
        assert_eq!(
            actions[0].patches[0].value("wl_minutes"),
            Some(&Field::Int(7))
        );
        assert!(super::actions(&day[1..2]).is_err());
    }

    #[test]
    fn a_trader_comes_back_as_it_went() {
        let row = json!({
            "id": uuid(1), "market": "Pagi", "block": "Blok A1", "stall": "KS-001", "name": "Siti", "phone": "",
            "commodity": "Sembako", "status": "belum_dikunjungi", "willing": "tidak_diketahui",
            "platform": "", "coordinator": "Koordinator Pagi 1", "note": "",
        });
        let patch = trader_patch(&row).unwrap();
        assert_eq!(patch.value("market"), Some(&Field::text("PGI")));
        assert_eq!(patch.value("phone"), None);
        let mut line = json!({ "kind": "trader", "id": uuid(1) });
        for (name, content) in &patch.fields {
            line[name.as_str()] = content.value().unwrap().to_json();
        }
        assert_eq!(dumped([line].into_iter())["traders"][0], row);
    }
}
