//! Saving and sending on a tablet.

use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use whole_system_tests::answer::Answer;
use whole_system_tests::chance::figure;
use whole_system_tests::inject::{Failure, Kth, has_struck};
use whole_system_tests::{
    Chance, Office, Recorder, Register, Tablet, ValueExt, assert_accounts, assert_agree,
    assert_in_step, people,
};

const FAILURES: [Failure; 10] = [
    ("pwrite64", "EIO"),
    ("pwrite64", "ENOSPC"),
    ("fdatasync", "EIO"),
    ("fsync", "EIO"),
    ("write", "EIO"),
    ("write", "ENOSPC"),
    ("rename", "EIO"),
    ("rename", "ENOSPC"),
    ("ftruncate", "EIO"),
    ("unlink", "EIO"),
];
/// Tries of one visit: the disk fails once.
const TRIES: usize = 3;

/// What a tablet keeps on its disk.
const FILES: [&str; 8] = [
    "",
    "tablet.db",
    "tablet.db-wal",
    "tablet.db-journal",
    "unsent.seal",
    "unsent.part",
    "unsent-2.seal",
    "unsent-2.part",
];

struct World {
    office: Office,
    tablet: Tablet,
    trader: String,
    answered: BTreeSet<String>,
}

impl World {
    fn new() -> Self {
        let office = Office::new();
        office.import(&Register::of("KNM", 1, 8));
        let tablet = office.canvasser("Ade Nugraha", "KNM");
        let trader = tablet.trader_named(&people::name(1));
        Self {
            office,
            tablet,
            trader,
            answered: BTreeSet::new(),
        }
    }

    /// What is there is what was answered for, and nothing had to be mended.
    #[track_caller]
    fn assert_neither_more_nor_less(&mut self, how: &Kth) {
        let doctor = self.tablet.json(&["doctor"]);
        assert_eq!(doctor["ok"], true, "{how}: {doctor}");
        assert!(doctor["findings"].list().is_empty(), "{how}: {doctor}");
        let visits = self.tablet.records("visit");
        let there: BTreeSet<String> = visits.iter().map(|v| v["id"].text().to_owned()).collect();
        assert_eq!(there, self.answered, "{how}");
        assert_accounts(&self.tablet);
    }
}

fn files(tablet: &Tablet) -> Vec<PathBuf> {
    let path = |name: &str| match name {
        "" => tablet.home().to_path_buf(),
        name => tablet.home().join(name),
    };
    FILES.iter().map(|name| path(name)).collect()
}

/// An error says what is wrong and what to do.
#[track_caller]
fn assert_said(error: &Value, how: &Kth) {
    for part in ["code", "message", "hint"] {
        let is_there = error[part].as_str().is_some_and(|text| !text.is_empty());
        assert!(is_there, "{how}: {error}");
    }
}

/// Saves two visits, each of them until it is answered for or the program ends.
fn save(command: std::process::Command, trader: &str, how: &Kth) -> BTreeSet<String> {
    let mut answered = BTreeSet::new();
    let mut recorder = Recorder::open(command);
    'visits: for _ in 0..2 {
        for attempt in 1..=TRIES {
            let line = json!({ "trader": trader, "outcome": "tutup" });
            if !recorder.send(&line) {
                break 'visits;
            }
            let Some(answer) = recorder.answer() else {
                break 'visits;
            };
            match answer["visit_id"].as_str() {
                Some(id) => {
                    answered.insert(id.to_owned());
                    break;
                }
                None => assert_said(&answer["error"], how),
            }
            assert!(attempt < TRIES, "{how}: it never recovers");
        }
    }
    recorder.close();
    answered
}

#[test]
fn a_save_is_whole_or_not_there_whatever_call_fails() {
    let mut chance = Chance::new("errors of the disk while saving");
    let mut world = World::new();
    let log = world.office.folder().join("injected.txt");
    let mut struck = 0;
    for failure in FAILURES {
        let mut how = Kth::of(failure, &mut chance);
        loop {
            let record = world.tablet.command(&["record", "--json"]);
            let saved = save(
                how.over(&record, &files(&world.tablet), &log),
                &world.trader,
                &how,
            );
            world.answered.extend(saved);
            world.assert_neither_more_nor_less(&how);
            if !has_struck(&log) {
                break;
            }
            struck += 1;
            how.go_on();
        }
    }
    world.tablet.settle();
    let counted = assert_agree(&world.office, &[&world.tablet])["counted"].number();
    assert_eq!(counted, world.answered.len() as u64);
    figure(
        "errors of the disk while saving, half or doubled saves",
        format!("{struck} errors, {counted} visits, 0 wrong"),
    );
}

#[test]
fn a_sync_takes_nothing_away_and_doubles_nothing_whatever_call_fails() {
    let mut chance = Chance::new("errors of the disk while sending");
    let world = World::new();
    let World {
        office,
        tablet,
        trader,
        ..
    } = &world;
    let log = office.folder().join("injected.txt");
    let (mut struck, mut visits) = (0, 0);
    for failure in FAILURES {
        let mut how = Kth::of(failure, &mut chance);
        loop {
            tablet.visit(trader, "tutup");
            visits += 1;
            sync_under(&how, tablet, &log);
            assert_eq!(assert_accounts(tablet)["recorded"], visits, "{how}");
            let doctor = tablet.json(&["doctor"]);
            assert_eq!(doctor["ok"], true, "{how}: {doctor}");
            assert!(doctor["findings"].list().is_empty(), "{how}: {doctor}");
            if !has_struck(&log) {
                break;
            }
            struck += 1;
            how.go_on();
        }
    }
    tablet.settle();
    assert_in_step(tablet, office);
    assert_eq!(assert_agree(office, &[tablet])["counted"], visits);
    figure(
        "errors of the disk while sending, visits lost or doubled",
        format!("{struck} errors, {visits} visits, 0 wrong"),
    );
}

/// It does its work, or says why not.
fn sync_under(how: &Kth, tablet: &Tablet, log: &Path) {
    let answer = Answer::of(how.over(&tablet.command(&["sync", "--json"]), &files(tablet), log));
    match answer.exit {
        Some(0) => {}
        _ => drop(answer.failure()),
    }
}
