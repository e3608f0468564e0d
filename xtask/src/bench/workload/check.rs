//! Whether everybody holds the same, and whether it is what was written.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::make::Workload;
use super::stage::Stage;
use crate::figures::{Figures, Goal};

pub fn run(stage: &Stage, workload: &Workload, tablets: &[String], figures: &mut Figures) {
    let fresh = stage.dump("fresh");
    let equal = tablets.iter().filter(|name| stage.dump(name) == fresh);
    let equal = equal.count() + 1;
    let all = (tablets.len() + 1) as f64;
    let how = "the dump of each tablet and of a fresh one, byte by byte";
    figures.take(
        "replicas that are equal",
        equal as f64,
        "",
        Goal::AtLeast(all),
        how,
    );
    let held: Value = serde_json::from_str(&fresh).unwrap_or_default();
    let visits = held["visits"].as_array().map_or(0, Vec::len);
    let recorded = workload
        .days
        .iter()
        .flatten()
        .filter(|line| line["op"] == "visit");
    let goal = Goal::AtLeast(recorded.count() as f64);
    figures.take(
        "visits that are there",
        visits as f64,
        "",
        goal,
        "all that were recorded is the goal",
    );
    take_fields(stage, workload, &held, figures);
}

fn take_fields(stage: &Stage, workload: &Workload, held: &Value, figures: &mut Figures) {
    let traders: BTreeMap<&str, &Value> = (held["traders"].as_array().into_iter().flatten())
        .filter_map(|trader| Some((trader["id"].as_str()?, trader)))
        .collect();
    let value = |trader: &str, field: &str| traders.get(trader).map(|row| row[field].clone());
    let is = |trader: &str, field: &str, text: &str| value(trader, field) == Some(json!(text));
    let (mut lost, mut twice, mut later, mut overwritten) = (0, 0, 0, Vec::new());
    for ((trader, field), writes) in &workload.writes {
        match writes.as_slice() {
            [one] => lost += usize::from(!is(trader, field, &one.value)),
            writes => {
                twice += 1;
                let last = writes.iter().max_by_key(|write| write.at);
                later += usize::from(last.is_some_and(|last| is(trader, field, &last.value)));
                let losers = writes
                    .iter()
                    .filter(|write| !is(trader, field, &write.value));
                overwritten.extend(losers.map(
                    |write| json!({ "trader": trader, "field": field, "value": write.value }),
                ));
            }
        }
    }
    figures.take(
        "single writes lost",
        lost as f64,
        "",
        Goal::AtMost(0.0),
        "of all fields written once",
    );
    let kept = workload.both.iter().filter(|trader| {
        let of_trader = workload.writes.iter().filter(|((id, _), _)| id == *trader);
        let mut last = of_trader.filter_map(|((_, field), writes)| Some((field, writes.last()?)));
        last.all(|(field, write)| is(trader, field, &write.value))
    });
    let goal = Goal::AtLeast(workload.both.len() as f64);
    let how = "traders of whom two tablets wrote different fields";
    figures.take(
        "both of two fields kept",
        kept.count() as f64,
        "",
        goal,
        how,
    );
    let goal = Goal::AtLeast(f64::from(twice));
    let how = "fields that two tablets wrote";
    figures.take("later of the same field won", later as f64, "", goal, how);
    let goal = Goal::AtLeast(overwritten.len() as f64);
    let found = stage.play_with("losers", "fresh", json!({ "losers": overwritten }));
    let how = "`sync-server history` shows them";
    figures.take(
        "overwritten values still to be had",
        found.number("found"),
        "",
        goal,
        how,
    );
}
