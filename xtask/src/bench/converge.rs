//! Many tablets that worked offline meet: each syncs once, then each once more, and all hold the same.

use std::time::Instant;

use serde_json::json;
use whole_system_tests::{Proxy, Tablet};

use crate::figures::{Figures, Goal};
use crate::scale::Scale;
use crate::world::{MARKETS, Worlds, office_with, take_traffic};

pub fn run(scale: &Scale, worlds: &mut Worlds, figures: &mut Figures) {
    worlds.end();
    let office = office_with(scale.traders);
    let proxy = Proxy::to(&office.address());
    println!("enrolling {} tablets that hold every market", scale.tablets);
    let tablets: Vec<Tablet> = (0..scale.tablets)
        .map(|number| {
            let name = whole_system_tests::people::name(number);
            let person = office.person(&name, "canvasser", &MARKETS.join(","));
            let tablet = office.enrol_through(&proxy.url(), &[&person]);
            tablet.sync();
            tablet
        })
        .collect();
    println!("{} visits on each, offline", scale.visits);
    let mut recorded = 0;
    for (number, tablet) in tablets.iter().enumerate() {
        let traders = tablet.traders();
        let mut recorder = tablet.recorder();
        for visit in 0..scale.visits {
            let place = (visit * 31 + number * 7) % traders.len();
            let answer = recorder.say(&json!({
                "trader": traders[place]["id"], "outcome": "mengajar", "steps": ["prep.hp"],
                "note": "minta dijelaskan lagi",
            }));
            assert!(answer["error"].is_null(), "{answer}");
            recorded += 1;
        }
        assert_eq!(recorder.close(), Some(0));
    }
    take_traffic(&proxy);
    let began = Instant::now();
    println!("$ tablet sync, {} times", 2 * scale.tablets);
    for tablet in tablets.iter().chain(&tablets) {
        let synced = tablet.sync();
        assert_eq!(synced["waiting"], 0, "{synced}");
    }
    let took = began.elapsed();
    let traffic = take_traffic(&proxy);
    let expected = office.digest_of(&tablets[0].device)["digest"].clone();
    let equal = tablets
        .iter()
        .filter(|tablet| tablet.digest()["digest"] == expected)
        .count();
    let counted = whole_system_tests::assert_totals(&office)["counted"].clone();
    let what = |of: &str| format!("{} tablets converge, {of}", scale.tablets);
    let how = format!(
        "{} visits on each offline, then each syncs twice, one after the other",
        scale.visits
    );
    let digests = "`tablet digest` of each against `sync-server digest --device`";
    let all = Goal::AtLeast(scale.tablets as f64);
    figures.take(
        &what("equal to the server"),
        equal as f64,
        "tablets",
        all,
        digests,
    );
    figures.take(
        &what("visits counted"),
        counted.as_f64().unwrap_or(0.0),
        "visits",
        Goal::AtLeast(f64::from(recorded)),
        "`sync-server totals`; all that were recorded is the goal",
    );
    figures.take(&what("seconds"), took.as_secs_f64(), "s", Goal::None, &how);
    let kib = (traffic.up + traffic.down) as f64 / 1_024.0;
    figures.take(&what("both ways"), kib, "KiB", Goal::None, &how);
    figures.take(
        &what("round trips"),
        traffic.round_trips as f64,
        "",
        Goal::None,
        &how,
    );
}
