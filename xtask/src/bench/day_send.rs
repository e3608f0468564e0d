//! A day's send: visits with five changed fields each, in one go in the evening.

use serde_json::json;

use crate::figures::{Figures, Goal};
use crate::scale::Scale;
use crate::watch;
use crate::world::{Worlds, take_traffic};

const GOODS: [&str; 4] = [
    "Kerupuk melarat",
    "Terasi dan petis",
    "Batik trusmi",
    "Ikan asin jambal",
];
const NOTES: [&str; 4] = [
    "ramai pagi sampai jam sembilan",
    "minta dijelaskan lagi setelah zuhur",
    "anaknya yang pegang telepon",
    "sinyal lemah di blok belakang",
];

pub fn run(scale: &Scale, worlds: &mut Worlds, figures: &mut Figures) {
    let world = worlds.of(scale.traders);
    let traders = world.tablet.traders();
    println!(
        "$ tablet set trader … and tablet record, {} times each",
        scale.visits
    );
    let mut chosen = Vec::new();
    for number in 0..scale.visits {
        let place = number * traders.len() / scale.visits;
        let id = traders[place]["id"].as_str().unwrap_or_default().to_owned();
        let phone = format!(
            "phone=0840-00{:02}-{:04}",
            number % 100,
            number * 7 % 10_000
        );
        let stall = format!("stall=Blok {} {}", ["A", "B", "C"][number % 3], number + 1);
        let name = format!("name=Hj. Rokayah {number}");
        let goods = format!("commodity={}", GOODS[number % GOODS.len()]);
        world.tablet.set(&id, &[&phone, &stall, &name, &goods]);
        chosen.push(id);
    }
    let mut recorder = world.tablet.recorder();
    for (number, trader) in chosen.iter().enumerate() {
        let visit = json!({
            "trader": trader, "outcome": "mengajar", "steps": ["prep.hp"],
            "note": NOTES[number % NOTES.len()],
        });
        let answer = recorder.say(&visit);
        assert!(answer["error"].is_null(), "{answer}");
    }
    assert_eq!(recorder.close(), Some(0));
    take_traffic(&world.proxy);
    let sent = watch::json(world.tablet.command(&["sync"]));
    let traffic = take_traffic(&world.proxy);
    assert_eq!(sent.answer["waiting"], 0, "{}", sent.answer);
    assert_eq!(sent.answer["held_back"], json!([]), "{}", sent.answer);
    let what = |of: &str| {
        let fields = scale.visits * 5;
        format!(
            "a day of {} visits and {fields} field changes, {of}",
            scale.visits
        )
    };
    let proxy = "one `tablet sync`, a counting proxy, headers included";
    let kib = traffic.up as f64 / 1_024.0;
    let goal = Goal::AtMost(5.5 * scale.visits as f64 / 40.0);
    figures.take(&what("up"), kib, "KiB", goal, proxy);
    figures.take(
        &what("down"),
        traffic.down as f64 / 1_024.0,
        "KiB",
        Goal::None,
        proxy,
    );
    figures.take(
        &what("round trips"),
        traffic.round_trips as f64,
        "",
        Goal::AtMost(1.0),
        "requests to /v1/sync",
    );
    figures.take(
        &what("seconds"),
        sent.took.as_secs_f64(),
        "s",
        Goal::None,
        "`tablet sync` from start of the process to its end",
    );
}
