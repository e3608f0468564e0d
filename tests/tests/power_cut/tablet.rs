//! Saving and sending on a tablet.

use crate::{lost, visits_in};
use std::collections::BTreeSet;
use std::path::Path;
use whole_system_tests::answer::{Answer, signal};
use whole_system_tests::chance::{figure, is_long, times};
use whole_system_tests::power_cut::{Disk, Keeps};
use whole_system_tests::trace::{self, traced};
use whole_system_tests::{
    Chance, Office, Recorder, Register, Tablet, ValueExt, assert_in_step, people,
};

/// Saves between one sync and the next.
const SAVES: usize = 10;

/// What the tablet had answered for when the power was cut.
#[derive(Debug, Default)]
struct Answered {
    all: BTreeSet<String>,
    /// Of these what no sync has taken up yet.
    unsent: BTreeSet<String>,
}

/// What the cuts showed.
#[derive(Debug, Default)]
struct Seen {
    cuts: usize,
    looked_at: usize,
    without_database: usize,
}

#[test]
fn every_visit_that_was_answered_for_outlives_a_power_cut_after_every_write() {
    let mut chance = Chance::new("power cuts of a tablet");
    let office = Office::new();
    office.import(&Register::of("KNM", 1, 20));
    let tablet = office.canvasser("Ade Nugraha", "KNM");
    let trader = tablet.trader_named(&people::name(1));
    let mut disk = Disk::of(tablet.home());
    let (mut answered, mut seen) = (Answered::default(), Seen::default());
    for round in 0..times(300).div_ceil(SAVES) {
        let file = office.folder().join("trace.txt");
        let mut recorder = Recorder::open(traced(&file, &tablet.command(&["record", "--json"])));
        for _ in 0..SAVES {
            recorder.visit(&trader, "tutup");
        }
        match round % 3 {
            // A program that was killed leaves its WAL to the next.
            1 => {
                signal(traced_by(recorder.pid()), "KILL");
                recorder.close();
            }
            _ => assert_eq!(recorder.close(), Some(0)),
        }
        cut_everywhere(&mut disk, &file, &mut answered, &mut seen, &mut chance);
        let file = office.folder().join("trace-of-sync.txt");
        Answer::of(traced(&file, &tablet.command(&["sync", "--json"]))).ok();
        // From here on the server has them, whatever the cut leaves.
        answered.unsent.clear();
        cut_everywhere(&mut disk, &file, &mut answered, &mut seen, &mut chance);
    }
    tablet.settle();
    assert_in_step(&tablet, &office);
    figure(
        "power cuts of the tablet, answered visits lost",
        format!(
            "{} cuts ({} different disks, {} of them without the database), {} answered, 0 lost",
            seen.cuts,
            seen.looked_at,
            seen.without_database,
            answered.all.len()
        ),
    );
}

/// The program that a `strace` has started.
fn traced_by(strace: u32) -> u32 {
    let children = std::fs::read_to_string(format!("/proc/{strace}/task/{strace}/children"));
    let children = children.expect("strace runs");
    let first = children.split_whitespace().next();
    first.expect("a program").parse().expect("a process id")
}

/// Cuts the power after each event of a trace.
fn cut_everywhere(
    disk: &mut Disk,
    file: &Path,
    answered: &mut Answered,
    seen: &mut Seen,
    chance: &mut Chance,
) {
    let some_every = if is_long() { 4 } else { 12 };
    disk.begin_trace();
    for (number, event) in trace::read(file).iter().enumerate() {
        let visits = visits_in(event);
        let has_answered = !visits.is_empty();
        answered.all.extend(visits.iter().cloned());
        answered.unsent.extend(visits);
        // Without a sync or an answer in between, a disk that kept what was synced is the same as before.
        let is_new = disk.take(event) || has_answered;
        seen.cuts += 2;
        if is_new {
            let how = format!("cut after call {number} with nothing unsynced kept");
            look(disk.cut(Keeps::None).path(), answered, seen, &how);
            seen.looked_at += 1;
        }
        if number % some_every == 0 {
            let how = format!("cut after call {number} with some of the unsynced kept");
            look(disk.cut(Keeps::Some(chance)).path(), answered, seen, &how);
            seen.looked_at += 1;
        }
    }
}

/// Everything is there and nothing had to be mended; and without the database it would come back from the copy.
fn look(home: &Path, answered: &Answered, seen: &mut Seen, how: &str) {
    let tablet = Tablet::at(home);
    if seen.looked_at.is_multiple_of(3) && home.join("unsent.seal").exists() {
        let alone = whole_system_tests::damage::twin(home);
        for name in ["tablet.db", "tablet.db-wal"] {
            drop(std::fs::remove_file(alone.path().join(name)));
        }
        let tablet = Tablet::at(alone.path());
        tablet.json(&["doctor", "--repair"]);
        let lost = lost(&answered.unsent, &tablet.dump());
        assert!(lost.is_empty(), "{how}: not in the copy: {lost:?}");
        seen.without_database += 1;
    }
    let doctor = tablet.json(&["doctor"]);
    assert_eq!(doctor["ok"], true, "{how}: {doctor}");
    assert!(doctor["findings"].list().is_empty(), "{how}: {doctor}");
    let lost = lost(&answered.all, &tablet.dump());
    assert!(
        lost.is_empty(),
        "{how}: {} of {} are lost: {lost:?}",
        lost.len(),
        answered.all.len()
    );
}
