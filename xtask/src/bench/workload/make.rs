//! Makes the day that other sync engines are measured with too: traders with random ids, and a day of visits for each tablet.
//!
//! Each visit sets some fields of its trader. One visit in twenty shares its trader with another tablet that sets other fields, and
//! one in a hundred with another that sets one of the same. Files: `traders.jsonl`, `day-01.jsonl` and so on, as the steps of
//! `peer` read them.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};
use uuid::Uuid;
use whole_system_tests::{Chance, people};

use super::words;

/// What one tablet writes of a trader that it shares, and what the other one does.
const GROUP_A: [&str; 5] = ["status", "willing", "note", "stall", "name"];
const GROUP_B: [&str; 5] = ["phone", "commodity", "platform", "block", "coordinator"];
/// 2019-08-07 07:00 in Cirebon, in Unix milliseconds.
const MORNING_MS: i64 = 1_565_136_000_000;

/// Sizes.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    pub traders: usize,
    pub tablets: usize,
    pub visits: usize,
}

/// One write of a field.
#[derive(Debug, Clone)]
pub struct Write {
    pub at: i64,
    pub value: String,
}

/// What was made: the rows, and every write of every field.
#[derive(Debug, Default)]
pub struct Workload {
    pub traders: Vec<Value>,
    /// Each tablet's lines.
    pub days: Vec<Vec<Value>>,
    pub writes: BTreeMap<(String, String), Vec<Write>>,
    /// Pairs of writes to two fields of one trader by two tablets.
    pub both: Vec<String>,
}

/// A visit that is planned.
#[derive(Debug, Clone)]
struct Plan {
    trader: usize,
    fields: Vec<&'static str>,
}

impl Workload {
    pub fn new(size: Size, seed: u64) -> Self {
        let mut chance = Chance::seeded(seed);
        let traders = (0..size.traders).map(|number| trader(&mut chance, number));
        let mut made = Self {
            traders: traders.collect(),
            ..Self::default()
        };
        let plans = made.plan(size, &mut chance);
        for (tablet, plan) in plans.iter().enumerate() {
            let day = made.day(tablet + 1, plan, &mut chance);
            made.days.push(day);
        }
        made
    }

    /// Whom each tablet visits and what it sets.
    fn plan(&mut self, size: Size, chance: &mut Chance) -> Vec<Vec<Plan>> {
        let all: Vec<&'static str> = GROUP_A.into_iter().chain(GROUP_B).collect();
        let mut plans: Vec<Vec<Plan>> = (0..size.tablets)
            .map(|tablet| {
                (0..size.visits)
                    .map(|visit| {
                        let from = chance.below(all.len());
                        let fields = all.iter().cycle().skip(from).step_by(3).take(5);
                        Plan {
                            // Every tablet has traders of its own.
                            trader: (visit * size.tablets + tablet) * 7 % size.traders,
                            fields: fields.copied().collect(),
                        }
                    })
                    .collect()
            })
            .collect();
        let shared = size.tablets * size.visits * 6 / 100;
        for number in 0..shared.min(size.tablets * size.visits / 2) {
            // The first half of one day and the second half of the next tablet's meet, each visit once.
            let (one, other) = (number % size.tablets, (number + 1) % size.tablets);
            let visit = number / size.tablets;
            let meets = size.visits - 1 - visit;
            let trader = plans[other][meets].trader;
            plans[other][meets].fields = GROUP_A.to_vec();
            let mut fields = GROUP_B.to_vec();
            if number % 6 == 5 {
                fields[4] = GROUP_A[0];
            } else {
                self.both.push(id_of(&self.traders[trader]));
            }
            plans[one][visit] = Plan { trader, fields };
        }
        plans
    }

    fn day(&mut self, tablet: usize, plan: &[Plan], chance: &mut Chance) -> Vec<Value> {
        let mut at = MORNING_MS + chance.below(20 * 60_000) as i64;
        let mut lines = Vec::new();
        for visit in plan {
            at += 150_000 + chance.below(180_000) as i64;
            let trader = self.traders[visit.trader].clone();
            lines.push(json!({ "op": "visit", "at": at, "visit": {
                "id": id(chance), "trader": trader["id"], "market": trader["market"], "device": format!("tab-{tablet:02}"),
                "canvasser": format!("Kanvaser {tablet:02}"), "at": at, "outcome": chance.pick(&words::OUTCOMES),
                "step": chance.pick(&words::STEPS), "minutes": 3 + chance.below(22), "note": words::note(chance),
            }}));
            for field in &visit.fields {
                at += 2_000 + chance.below(7_000) as i64;
                let key = (id_of(&trader), (*field).to_owned());
                let writes = self.writes.entry(key).or_default();
                let before = (writes.last().map(|write| write.value.clone()))
                    .unwrap_or_else(|| trader[*field].as_str().unwrap_or_default().to_owned());
                let value = words::another(field, &before, chance);
                writes.push(Write {
                    at,
                    value: value.clone(),
                });
                lines.push(json!({
                    "op": "set", "at": at, "trader": trader["id"], "field": field, "value": value,
                }));
            }
        }
        lines
    }

    /// Writes the files. Errors: those of the disk.
    pub fn write(&self, folder: &Path) -> std::io::Result<()> {
        let lines = |rows: &[Value]| {
            rows.iter()
                .map(|row| format!("{row}\n"))
                .collect::<String>()
        };
        std::fs::write(folder.join("traders.jsonl"), lines(&self.traders))?;
        for (tablet, day) in self.days.iter().enumerate() {
            let file = format!("day-{:02}.jsonl", tablet + 1);
            std::fs::write(folder.join(file), lines(day))?;
        }
        Ok(())
    }
}

fn trader(chance: &mut Chance, number: usize) -> Value {
    let market = words::MARKETS[number % words::MARKETS.len()];
    let phone = if chance.percent(80) {
        words::value("phone", chance)
    } else {
        String::new()
    };
    let note = if chance.percent(60) {
        words::note(chance)
    } else {
        String::new()
    };
    json!({
        "id": id(chance), "market": market, "block": words::value("block", chance), "stall": words::value("stall", chance),
        "name": people::name(chance.below(4_000)), "phone": phone, "commodity": words::value("commodity", chance),
        "status": "belum_dikunjungi", "willing": "tidak_diketahui", "platform": "",
        "coordinator": format!("Koordinator {market} {}", 1 + chance.below(9)), "note": note,
    })
}

fn id_of(row: &Value) -> String {
    row["id"].as_str().unwrap_or_default().to_owned()
}

/// A random id, of the kind that no register number stands behind.
fn id(chance: &mut Chance) -> Uuid {
    let mut bytes = [0_u8; 16];
    bytes
        .iter_mut()
        .for_each(|byte| *byte = chance.below(256) as u8);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: Size = Size {
        traders: 500,
        tablets: 5,
        visits: 40,
    };

    #[test]
    fn the_same_seed_makes_the_same_day() {
        let (one, other) = (Workload::new(SIZE, 7), Workload::new(SIZE, 7));
        assert_eq!((one.traders, one.days), (other.traders, other.days));
    }

    #[test]
    fn one_visit_in_twenty_shares_its_trader_and_one_in_a_hundred_a_field() {
        let made = Workload::new(SIZE, 7);
        let visits = made
            .days
            .iter()
            .flatten()
            .filter(|line| line["op"] == "visit");
        assert_eq!(visits.count(), 200);
        assert_eq!(made.both.len(), 10);
        let twice = made.writes.values().filter(|writes| writes.len() == 2);
        assert_eq!(twice.count(), 2);
        assert!(made.writes.values().all(|writes| writes.len() < 3));
    }
}
