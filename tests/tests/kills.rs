//! Saved is saved, sent is sent: programs killed at random moments lose nothing they had answered for.
//!
//! `GREBEG_KILLS` says how many times (20; `cargo xtask torture` sets 1,000 and so brings 25 tablets under the server).

use serde_json::json;
use std::collections::HashSet;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use whole_system_tests::answer::{Answer, ValueExt};
use whole_system_tests::chance::{figure, kills};
use whole_system_tests::{
    Chance, Office, Register, Tablet, assert_accounts, assert_agree, assert_in_step, assert_totals,
    people,
};

/// Each visit that was answered for is there once and whole, with its step; every store is sound.
fn assert_all_there(office: &Office, tablets: &[&Tablet], answered: &HashSet<String>) {
    let visits = office.records("visit");
    let ids: HashSet<&str> = visits.iter().map(|visit| visit["id"].text()).collect();
    assert_eq!(ids.len(), visits.len(), "each once");
    let lost: Vec<&String> = answered
        .iter()
        .filter(|id| !ids.contains(id.as_str()))
        .collect();
    assert!(
        lost.is_empty(),
        "{} of {} answered visits are lost: {lost:?}",
        lost.len(),
        answered.len()
    );
    let stepped: HashSet<String> = office
        .records("step")
        .iter()
        .map(|step| step["trader"].text().to_owned())
        .collect();
    for visit in &visits {
        assert!(
            visit["outcome"] == "mengajar"
                && visit["author"].is_string()
                && visit["at"].is_string(),
            "{visit}"
        );
        assert!(
            stepped.contains(visit["trader"].text()),
            "a visit without its step: {visit}"
        );
    }
    assert_agree(office, tablets);
    for tablet in tablets {
        assert_eq!(tablet.json(&["doctor"])["ok"], true);
        assert_in_step(tablet, office);
    }
    assert_eq!(office.json(&["verify"])["ok"], true);
    assert_eq!(office.held().len(), 0);
}

/// What is known when everything is there.
fn say(what: &str, answered: &HashSet<String>) {
    let kills = kills();
    let visits = answered.len();
    figure(
        what,
        format!("{kills}, {visits} visits answered for, 0 lost"),
    );
}

#[test]
fn a_tablet_killed_while_saving_has_every_visit_it_answered_for() {
    let mut chance = Chance::new("kills while saving");
    let office = Office::new();
    office.import(&Register::of("KNM", 1, 8));
    let tablet = office.canvasser("Ade Nugraha", "KNM");
    let traders = office.traders("KNM");
    let mut answered = HashSet::new();
    for _ in 0..kills() {
        let mut recorder = tablet.recorder();
        // The first answer tells that it is at work; then comes a burst that the kill falls into.
        let trader = chance.pick(&traders).clone();
        let line =
            |trader: &str| json!({ "trader": trader, "outcome": "mengajar", "steps": ["prep.hp"] });
        answered.insert(recorder.say(&line(&trader))["visit_id"].text().to_owned());
        for _ in 0..chance.below(12) {
            recorder.send(&line(&trader));
        }
        std::thread::sleep(Duration::from_micros(chance.below(25_000) as u64));
        for answer in recorder.kill9() {
            answered.insert(answer["visit_id"].text().to_owned());
        }
        let visits = assert_accounts(&tablet);
        assert!(
            visits["recorded"].number() >= answered.len() as u64,
            "{visits}"
        );
    }
    tablet.settle();
    assert_all_there(&office, &[&tablet], &answered);
    say("kills of a tablet while saving", &answered);
}

#[test]
fn a_tablet_killed_while_syncing_sends_everything_once() {
    let mut chance = Chance::new("kills while syncing");
    let office = Office::new();
    office.import(&Register::of("KNM", 1, 8));
    let tablet = office.canvasser("Ade Nugraha", "KNM");
    let other = office.canvasser("Ani Lestari", "KNM");
    let traders = office.traders("KNM");
    let mut answered = HashSet::new();
    for round in 0..kills() {
        for tablet in [&tablet, &other] {
            let trader = chance.pick(&traders).clone();
            let saved = tablet.visit_with(&trader, "mengajar", &["--step", "prep.hp"]);
            answered.insert(saved["visit_id"].text().to_owned());
        }
        if round % 3 == 0 {
            other.sync();
        }
        let mut command = tablet.command(&["sync", "--json"]);
        let mut child = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        std::thread::sleep(Duration::from_micros(chance.below(60_000) as u64));
        let _ = child.kill();
        let _ = child.wait();
        assert_accounts(&tablet);
    }
    for tablet in [&tablet, &other, &tablet] {
        tablet.settle();
    }
    assert_all_there(&office, &[&tablet, &other], &answered);
    say("kills of a tablet while sending", &answered);
}

#[test]
fn a_server_killed_under_its_tablets_keeps_what_it_acknowledged() {
    let mut chance = Chance::new("kills of the server");
    let count = if kills() >= 200 { 25 } else { 8 };
    let mut office = Office::new();
    office.import(&Register::of("KNM", 1, 8));
    let tablets: Vec<Tablet> = (0..count)
        .map(|n| office.canvasser(&people::name(40 + n), "KNM"))
        .collect();
    let traders = office.traders("KNM");
    let over = AtomicBool::new(false);
    let answered: HashSet<String> = std::thread::scope(|scope| {
        let working: Vec<_> = tablets
            .iter()
            .enumerate()
            .map(|(index, tablet)| {
                let (traders, over) = (&traders, &over);
                scope.spawn(move || {
                    let mut saved = Vec::new();
                    while !over.load(Ordering::SeqCst) {
                        let trader = &traders[(index + saved.len()) % traders.len()];
                        let visit = tablet.visit_with(trader, "mengajar", &["--step", "prep.hp"]);
                        saved.push(visit["visit_id"].text().to_owned());
                        let sent = tablet.try_sync();
                        assert!(matches!(sent.exit, Some(0 | 1)), "{sent}");
                        assert_accounts(tablet);
                    }
                    saved
                })
            })
            .collect();
        for _ in 0..kills() {
            std::thread::sleep(Duration::from_millis(40 + chance.below(200) as u64));
            office.kill9();
            office.serve();
        }
        over.store(true, Ordering::SeqCst);
        working
            .into_iter()
            .flat_map(|work| work.join().expect("a tablet's work"))
            .collect()
    });
    for tablet in tablets.iter().chain(&tablets) {
        tablet.settle();
    }
    assert_all_there(&office, &tablets.iter().collect::<Vec<_>>(), &answered);
    say("kills of the server", &answered);
}

#[test]
fn a_server_stopped_in_the_middle_of_requests_ends_cleanly_and_keeps_them() {
    let mut office = Office::new();
    office.import(&Register::of("KNM", 1, 4));
    let tablet = office.canvasser("Ade Nugraha", "KNM");
    let traders = office.traders("KNM");
    let mut answered = HashSet::new();
    for trader in &traders {
        let saved = tablet.visit_with(trader, "mengajar", &["--step", "prep.hp"]);
        answered.insert(saved["visit_id"].text().to_owned());
        tablet.try_sync();
        office.stop();
        office.serve();
    }
    tablet.settle();
    assert_all_there(&office, &[&tablet], &answered);
}

#[test]
fn two_processes_on_one_home_never_use_a_number_twice() {
    let office = Office::new();
    office.import(&Register::of("KNM", 1, 4));
    let tablet = office.canvasser("Ade Nugraha", "KNM");
    let trader = office.traders("KNM")[0].clone();
    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..6)
            .map(|_| {
                scope.spawn(|| {
                    tablet.ask(&[
                        "visit",
                        &trader,
                        "--outcome",
                        "mengajar",
                        "--step",
                        "prep.hp",
                    ])
                })
            })
            .collect();
        running
            .into_iter()
            .map(|run| run.join().expect("a visit"))
            .collect()
    });
    let mut numbers = HashSet::new();
    let mut answered = HashSet::new();
    for answer in answers {
        if answer.exit == Some(0) {
            assert!(
                numbers.insert(answer.json()["change"]["n"].number()),
                "{answer}"
            );
            answered.insert(answer.json()["visit_id"].text().to_owned());
        } else {
            answer.failure();
        }
    }
    assert!(!answered.is_empty());
    tablet.settle();
    assert_eq!(
        assert_totals(&office)["counted"].number(),
        answered.len() as u64
    );
    assert_all_there(&office, &[&tablet], &answered);
}

#[test]
fn a_lock_dies_with_its_process() {
    let office = Office::new();
    office.import(&Register::of("KNM", 1, 1));
    let tablet = office.canvasser("Ade Nugraha", "KNM");
    let trader = office.traders("KNM")[0].clone();
    let mut recorder = tablet.recorder();
    recorder.visit(&trader, "mengajar");
    recorder.kill9();
    tablet.visit(&trader, "mengajar");
    tablet.settle();
    assert_eq!(assert_agree(&office, &[&tablet])["counted"], 2);
}
