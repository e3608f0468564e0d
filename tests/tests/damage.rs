//! Damage on the tablet's disk: what was saved and not sent comes back, is counted once, and is spoken of in words.

use std::fs;
use std::path::{Path, PathBuf};
use whole_system_tests::{
    Office, Register, Tablet, ValueExt, assert_accounts, assert_in_step, people,
};

const TRADERS: usize = 12;

fn office() -> (Office, Tablet) {
    let office = Office::new();
    office.import(&Register::of("KNM", 1, TRADERS));
    let tablet = office.canvasser("Ade Nugraha", "KNM");
    tablet.settle();
    (office, tablet)
}

fn visit(tablet: &Tablet, n: usize) -> String {
    tablet.visit(&tablet.trader_named(&people::name(n)), "penjelasan")
}

fn database(tablet: &Tablet) -> PathBuf {
    tablet.home().join("tablet.db")
}

/// The database's files as they are now, to be brought back later.
struct Before(Vec<(PathBuf, Option<Vec<u8>>)>);

impl Before {
    fn of(tablet: &Tablet) -> Self {
        let wal = tablet.home().join("tablet.db-wal");
        let files = [database(tablet), wal];
        Self(
            files
                .map(|path| (path.clone(), fs::read(&path).ok()))
                .into(),
        )
    }

    fn bring_back(&self) {
        for (path, content) in &self.0 {
            match content {
                Some(content) => fs::write(path, content).expect("it can be written"),
                None => drop(fs::remove_file(path)),
            }
        }
    }
}

fn spoil(path: &Path) {
    let mut bytes = fs::read(path).expect("it is there");
    let middle = bytes.len() / 2;
    bytes.iter_mut().skip(middle).for_each(|byte| *byte ^= 0x5a);
    fs::write(path, bytes).expect("it can be written");
}

/// Everything is at the office, once, and the tablet's books say so.
fn all_arrived(office: &Office, tablet: &Tablet, visits: u64) {
    tablet.settle();
    assert_in_step(tablet, office);
    assert_accounts(tablet);
    let totals = office.totals();
    assert_eq!(totals["counted"], visits, "{totals}");
    assert_eq!(totals["held_back"], 0, "{totals}");
    assert_eq!(office.json(&["verify"])["ok"], true);
}

#[test]
fn commits_that_the_database_lost_are_put_back_and_said() {
    let (office, tablet) = office();
    let device = tablet.device_now();
    visit(&tablet, 1);
    let before = Before::of(&tablet);
    visit(&tablet, 2);
    visit(&tablet, 3);
    before.bring_back();

    assert_eq!(tablet.status()["waiting"], 3, "nothing is missing");
    assert_eq!(tablet.device_now(), device, "the numbers are the same");
    let doctor = tablet.json(&["doctor"]);
    assert_eq!(doctor["ok"], true, "{doctor}");
    assert!(
        doctor["findings"][0].text().contains("lost 2 changes"),
        "{doctor}"
    );
    all_arrived(&office, &tablet, 3);
    tablet.json(&["doctor", "--repair"]);
    assert_eq!(tablet.json(&["doctor"])["findings"].list().len(), 0);
}

#[test]
fn numbers_that_the_server_knows_are_not_given_out_twice() {
    let (office, tablet) = office();
    let device = tablet.device_now();
    visit(&tablet, 1);
    let before = Before::of(&tablet);
    visit(&tablet, 2);
    tablet.settle();
    before.bring_back();

    visit(&tablet, 3);
    assert_ne!(tablet.device_now(), device, "a new device id");
    tablet.settle();
    assert_in_step(&tablet, &office);
    let totals = office.totals();
    assert_eq!(
        (&totals["counted"], &totals["held_back"]),
        (&3.into(), &0.into()),
        "{totals}"
    );
}

#[test]
fn a_database_that_is_gone_begins_anew_with_all_that_waited() {
    let (office, tablet) = office();
    visit(&tablet, 1);
    tablet.settle();
    for n in 2..=6 {
        visit(&tablet, n);
    }
    fs::remove_file(database(&tablet)).expect("it is there");
    drop(fs::remove_file(tablet.home().join("tablet.db-wal")));

    tablet.ask(&["status"]).fails_with("store_damaged");
    let doctor = tablet.json(&["doctor", "--repair"]);
    assert!(
        doctor["findings"].to_string().contains(": 5 brought back"),
        "{doctor}"
    );
    tablet.settle();
    assert_in_step(&tablet, &office);
    assert_eq!(office.totals()["counted"], 6);
}

#[test]
fn a_damaged_database_and_a_damaged_copy_give_what_either_has() {
    let (office, tablet) = office();
    for n in 1..=6 {
        visit(&tablet, n);
    }
    spoil_records(&tablet);
    spoil(&tablet.home().join("unsent.seal"));
    spoil(&tablet.home().join("unsent-2.seal"));

    let doctor = tablet.json(&["doctor", "--repair"]);
    assert!(
        doctor["findings"].to_string().contains(": 6 brought back"),
        "{doctor}"
    );
    assert!(tablet.home().join("damaged-1.db").exists());
    assert!(tablet.home().join("damaged-1.seal").exists());
    all_arrived(&office, &tablet, 6);
}

/// Damages the database's last page: one of lists and searches, or of records.
fn spoil_records(tablet: &Tablet) {
    // What is in the WAL goes over into the file when the tablet is opened and closed.
    tablet.status();
    let path = database(tablet);
    let mut bytes = fs::read(&path).expect("it is there");
    let last = bytes.len() - 1_000;
    bytes[last] ^= 1;
    fs::write(&path, bytes).expect("it can be written");
    tablet.ask(&["status"]).fails_with("store_damaged");
}

#[test]
fn a_damaged_copy_of_a_whole_database_is_made_whole_again() {
    let (office, tablet) = office();
    visit(&tablet, 1);
    for copy in ["unsent.seal", "unsent-2.seal"] {
        spoil(&tablet.home().join(copy));
    }
    visit(&tablet, 2);
    fs::remove_file(database(&tablet)).expect("it is there");
    let doctor = tablet.json(&["doctor", "--repair"]);
    assert!(
        doctor["findings"].to_string().contains(": 2 brought back"),
        "{doctor}"
    );
    all_arrived(&office, &tablet, 2);
}

#[test]
fn what_the_server_took_before_the_copy_was_written_anew_is_counted_once() {
    let (office, tablet) = office();
    visit(&tablet, 1);
    visit(&tablet, 2);
    // A program that is killed behind its sync leaves the copy as it was before.
    let copies = ["unsent.seal", "unsent-2.seal"].map(|name| tablet.home().join(name));
    let before = copies.map(|path| (fs::read(&path).expect("it is there"), path));
    tablet.settle();
    for (bytes, path) in before {
        fs::write(path, bytes).expect("it can be written");
    }
    fs::remove_file(database(&tablet)).expect("it is there");
    tablet.json(&["doctor", "--repair"]);
    assert_eq!(tablet.status()["waiting"], 2);
    tablet.settle();
    assert_in_step(&tablet, &office);
    let totals = office.totals();
    assert_eq!(
        (&totals["counted"], &totals["held_back"]),
        (&2.into(), &0.into()),
        "{totals}"
    );
}
