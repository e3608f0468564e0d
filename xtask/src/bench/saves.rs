//! Saving a visit, and opening the list in a new process.

use std::time::Instant;

use serde_json::json;

use crate::figures::{Figures, Goal};
use crate::machine::FSYNC;
use crate::percentiles::Percentiles;
use crate::scale::{PASSES, Scale};
use crate::watch;
use crate::world::Worlds;

pub fn run(scale: &Scale, worlds: &mut Worlds, figures: &mut Figures) {
    let world = worlds.of(scale.traders);
    let traders = world.tablet.traders();
    println!("$ tablet record < {} visits", scale.saves);
    let mut recorder = world.tablet.recorder();
    let mut took = Vec::new();
    for number in 0..scale.saves + 5 {
        let trader = &traders[number * 17 % traders.len()]["id"];
        let visit = json!({ "trader": trader, "outcome": "mengajar", "steps": ["prep.hp"] });
        let began = Instant::now();
        let answer = recorder.say(&visit);
        // The first few warm the caches up.
        if number >= 5 {
            took.push(began.elapsed());
        }
        assert!(answer["error"].is_null(), "{answer}");
    }
    assert_eq!(recorder.close(), Some(0));
    let length = took.len().div_ceil(PASSES).max(1);
    let took = Percentiles::quietest(took.chunks(length).map(<[_]>::to_vec).collect());
    let how = format!(
        "{} visits with a step over `tablet record`, from line to answer, {} traders there; quietest of {PASSES} passes",
        took.count(),
        traders.len()
    );
    figures.take("save a visit, p50", took.ms(50), "ms", Goal::None, &how);
    figures.take(
        "save a visit, p99",
        took.ms(99),
        "ms",
        Goal::AtMost(10.0),
        &how,
    );
    if let Some(fsync) = figures.value(FSYNC).filter(|ms| *ms > 0.0) {
        let how = "the two p50 of this run divided";
        figures.take(
            "save ÷ one bare fsync",
            took.ms(50) / fsync,
            "×",
            Goal::None,
            how,
        );
    }
    let mut took = Vec::new();
    for _ in 0..scale.starts {
        let list = watch::json(world.tablet.command(&["traders", "--limit", "20"]));
        let rows = list.answer.as_array().map_or(0, Vec::len);
        assert_eq!(rows, 20, "{}", list.answer);
        took.push(list.took);
    }
    let took = Percentiles::of(took);
    let how = format!(
        "`tablet traders --limit 20`, {} new processes, files cached",
        took.count()
    );
    figures.take(
        "open the list anew, p50",
        took.ms(50),
        "ms",
        Goal::AtMost(150.0),
        &how,
    );
    figures.take(
        "open the list anew, longest",
        took.max_ms(),
        "ms",
        Goal::None,
        &how,
    );
}
