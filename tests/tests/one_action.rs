//! One action stands once, however often it is sent: copies, lost stores and restored servers together.

use serde_json::json;
use std::path::{Path, PathBuf};
use whole_system_tests::answer::ValueExt;
use whole_system_tests::client::{ack, patch};
use whole_system_tests::{
    Client, Office, Register, Tablet, assert_accounts, assert_agree, assert_in_step, assert_totals,
    people,
};

fn kanoman(count: usize) -> Office {
    let office = Office::new();
    office.import(&Register::of("KNM", 1, count));
    office
}

/// Takes a plain backup and gives its file.
fn backup(office: &Office) -> PathBuf {
    let file = office.folder().join("cadangan.bin");
    let path = file.to_str().expect("a plain path");
    office.json(&["backup", "--plain", "--out", path]);
    file
}

fn restore(office: &mut Office, file: &Path) {
    office.stop();
    office.json(&["restore", "--from", file.to_str().expect("a plain path")]);
    office.serve();
}

/// Another copy of the tablet records something and sends it first, so that its number is taken.
fn takes_the_next_number(tablet: &Tablet, trader: usize) -> Tablet {
    let copy = tablet.copied();
    copy.visit(&copy.trader_named(&people::name(trader)), "tutup");
    copy.settle();
    copy
}

#[test]
fn what_another_copy_sent_is_sent_again_when_the_server_lost_it_and_that_copy_is_gone() {
    for rival_first in [false, true] {
        let mut office = kanoman(4);
        let tablet = office.canvasser("Ade Nugraha", "KNM");
        tablet.settle();
        let file = backup(&office);
        let rival = takes_the_next_number(&tablet, 1);
        let visit = tablet.visit(&tablet.trader_named(&people::name(2)), "mengajar");
        let older = tablet.copied();
        tablet.settle();
        assert_ne!(tablet.device_now(), tablet.device);
        older.visit(&older.trader_named(&people::name(3)), "tutup");
        older.settle();
        assert_ne!(older.device_now(), tablet.device_now());
        assert_eq!(assert_totals(&office)["counted"], 3);
        assert_eq!(
            assert_accounts(&older)["counted"],
            2,
            "also the visit that it recorded and the other sent"
        );
        drop(tablet);
        restore(&mut office, &file);
        let order = if rival_first {
            [&rival, &older]
        } else {
            [&older, &rival]
        };
        for tablet in order.iter().chain(&order) {
            tablet.settle();
        }
        assert!(office.record("visit", &visit).is_some(), "it is not lost");
        let totals = assert_totals(&office);
        assert_eq!(
            (totals["recorded"].number(), totals["counted"].number()),
            (3, 3),
            "{totals}"
        );
        assert!(office.held().is_empty(), "{:?}", office.held());
        for tablet in order {
            assert_in_step(tablet, &office);
        }
        let verified = office.json(&["verify"]);
        assert_eq!(verified["ok"], true, "{verified}");
    }
}

#[test]
fn a_tablet_that_is_enrolled_again_doubles_nothing_that_a_restored_server_still_has() {
    let mut office = kanoman(6);
    let mut tablet = office.canvasser("Ade Nugraha", "KNM");
    let visit = |tablet: &Tablet, n: usize| {
        tablet.visit(&tablet.trader_named(&people::name(n)), "mengajar")
    };
    let first = visit(&tablet, 1);
    tablet.settle();
    let file = backup(&office);
    // Twice a copy takes its number: the server that comes back knows the first of three device ids.
    for n in [2, 3] {
        drop(takes_the_next_number(&tablet, n + 2));
        visit(&tablet, n);
        tablet.settle();
    }
    restore(&mut office, &file);
    tablet.try_sync().fails_with("unknown_device");
    let person = tablet.person().to_owned();
    let code = office.code(&[&person]);
    tablet.enrol(&office.url(), &code);
    tablet.settle();
    tablet.settle();
    assert_in_step(&tablet, &office);
    let totals = assert_agree(&office, &[&tablet]);
    assert_eq!(
        (totals["recorded"].number(), totals["counted"].number()),
        (3, 3),
        "{totals}"
    );
    let history = office.history("visit", &first);
    let outcomes = history.iter().filter(|line| line["field"] == "outcome");
    let mut states: Vec<&str> = outcomes.map(|line| line["state"].text()).collect();
    states.sort_unstable();
    assert_eq!(states, ["accepted", "superseded"]);
    let verified = office.json(&["verify"]);
    assert_eq!(verified["ok"], true, "{verified}");
}

#[test]
fn what_was_set_aside_comes_to_a_server_that_lost_it_when_the_tablet_is_enrolled_again() {
    let mut office = kanoman(2);
    let file = backup(&office);
    let mut tablet = office.canvasser("Ade Nugraha", "KNM");
    let set_role = |office: &Office, tablet: &Tablet, role: &str| {
        let role = format!("role={role}");
        let person = tablet.person();
        office.json(&["record", "set", "person", person, &role, "--why", "uji"]);
    };
    tablet.visit(&tablet.trader_named(&people::name(1)), "tutup");
    set_role(&office, &tablet, "viewer");
    tablet.sync();
    set_role(&office, &tablet, "canvasser");
    let held = office.held();
    let id = held[0]["id"].text().to_owned();
    office.json(&["held", "discard", &id, "--why", "dua kali"]);
    tablet.settle();
    assert_eq!(assert_accounts(&tablet)["set_aside"], 1);
    restore(&mut office, &file);
    tablet.try_sync().fails_with("unknown_device");
    let person = office.person("Ade Nugraha", "canvasser", "KNM");
    let code = office.code(&[&person]);
    tablet.enrol(&office.url(), &code);
    tablet.sync();
    let totals = assert_agree(&office, &[&tablet]);
    assert_eq!(totals["recorded"], 1, "the action is there: {totals}");
}

#[test]
fn an_erased_persons_note_does_not_come_back_with_a_correction_whose_visit_was_lost() {
    let mut office = kanoman(2);
    let author = office.canvasser("Ade Nugraha", "KNM");
    let trader = author.trader_named(&people::name(1));
    let mut late = Client::enrol(&office, &[author.person()]);
    let file = backup(&office);
    let visit = author.visit(&trader, "mengajar");
    author.settle();
    office.json(&["erase", "--trader", &trader, "--why", "permintaan sendiri"]);
    drop(author);
    restore(&mut office, &file);
    // Nobody brings the visit any more, so that nothing says whose it was.
    late.address = office.address();
    let note = json!({ "note": "rumahnya dekat langgar Panjunan" });
    let correction = late.change(json!([patch("visit", &visit, note)]));
    let answer = late.sync(std::slice::from_ref(&correction));
    assert_eq!(ack(&answer, &correction), "held_back: out-of-scope");
    office.stop();
    let mut files = std::fs::read_dir(office.data())
        .expect("the folder")
        .flatten()
        .filter(|entry| entry.path().is_file());
    let holds = |path: PathBuf| {
        let bytes = std::fs::read(path).unwrap_or_default();
        bytes.windows(15).any(|part| part == b"langgar Panjuna")
    };
    assert!(!files.any(|entry| holds(entry.path())));
}
