//! Erasing a person: nothing of them is left in any file, and what arrives later does not bring them back.

#![allow(clippy::unwrap_used)]

mod support;

use grebeg_core::value::Value;
use support::Office;
use sync_server::office::duplicates::merge;
use sync_server::office::erasure::erase_on_request as erase;
use sync_server::office::history::history;
use sync_server::store::sqlite::checkpoint;
use uuid::Uuid;

const TRADERS: &str = "register_no,market,stall,name,phone\n\
    QX-71,KNM,12A,Zubaedah Wuryandari,0840-0012-3456\n\
    2,KNM,12b,Zubaedah Wuryan,0840-0099-0007\n\
    3,KNM,90,Carsa,0840-0055-0005\n";
const TRACES: &[&str] = &[
    "Zubaedah",
    "Wuryan",
    "+6284000123456",
    "0840-0012-3456",
    "0840-0099-0007",
    "QX-71",
    "titip salam",
];

fn office() -> (Office, Uuid, Uuid) {
    let mut office = Office::new();
    office.import(TRADERS);
    let (one, _) = office.named("Zubaedah Wuryandari");
    let (two, _) = office.named("Zubaedah Wuryan");
    office
        .write(|desk| {
            merge(
                desk,
                &one.to_string(),
                &two.to_string(),
                &["phone".to_owned()],
            )
        })
        .unwrap();
    let fields = [
        ("trader", Value::id(two)),
        ("market", Value::text("KNM")),
        ("outcome", Value::text("bertemu")),
        ("note", Value::text("titip salam untuk Zubaedah")),
    ];
    office.set("visit", Uuid::from_u128(77), &fields);
    (office, one, two)
}

#[test]
fn no_trace_of_an_erased_person_is_in_any_file() {
    let (mut office, one, two) = office();
    assert!(TRACES.iter().all(|trace| office.holds(trace)));
    // Either end of the merge takes both.
    let erased = office
        .write(|desk| erase(desk, &two.to_string(), "asked at the office"))
        .unwrap();
    checkpoint(&office.connection).unwrap();
    assert_eq!(erased.taken.traders.len(), 2);
    assert!(
        erased.taken.erased_fields >= 8,
        "{}",
        erased.taken.erased_fields
    );
    let left: Vec<_> = TRACES.iter().filter(|t| office.holds(t)).collect();
    assert!(left.is_empty(), "{left:?}");
    assert!(office.holds("Carsa"));
    let snapshot = office.snapshot();
    for id in [one, two] {
        let trader = snapshot.get("trader", id).unwrap();
        assert!(trader.flag("erased"));
        assert_eq!(trader.text("market"), Some("KNM"));
    }
    let visit = snapshot.get("visit", Uuid::from_u128(77)).unwrap();
    assert_eq!(visit.text("outcome"), Some("bertemu"));
}

#[test]
fn the_next_import_leaves_an_erased_person_aside() {
    let (mut office, one, _) = office();
    office
        .write(|desk| erase(desk, &one.to_string(), "asked"))
        .unwrap();
    let imported = office.import(TRADERS);
    assert_eq!((imported.created, imported.updated), (0, 0));
    assert_eq!(imported.unchanged, 3);
    assert_eq!(imported.warnings.len(), 2);
    assert!(imported.warnings.iter().all(|w| w.code == "erased"));
    checkpoint(&office.connection).unwrap();
    assert!(!office.holds("Zubaedah"));
}

#[test]
fn an_erased_person_without_a_number_does_not_come_back_with_the_next_file() {
    let mut office = Office::new();
    let file = "market,stall,name\nKNM,12,Zubaedah\n";
    office.import(file);
    let (id, _) = office.named("Zubaedah");
    office
        .write(|desk| erase(desk, &id.to_string(), "asked"))
        .unwrap();
    let imported = office.import(file);
    assert_eq!((imported.created, imported.unchanged), (0, 1));
}

#[test]
fn the_history_shows_that_a_value_was_there_and_not_what() {
    let (mut office, one, _) = office();
    let id = one.to_string();
    let before = office.write(|desk| history(desk, "trader", &id)).unwrap();
    let name = |lines: &[serde_json::Value]| {
        let found = lines.iter().find(|line| line["field"] == "name");
        found.cloned().unwrap()
    };
    assert_eq!(name(&before)["value"], "Zubaedah Wuryandari");
    assert_eq!(name(&before)["author_name"], "console");
    assert_eq!(name(&before)["state"], "accepted");
    office.write(|desk| erase(desk, &id, "asked")).unwrap();
    let after = office.write(|desk| history(desk, "trader", &id)).unwrap();
    assert_eq!(name(&after)["value"], serde_json::Value::Null);
    assert_eq!(name(&after)["erased"], true);
    assert_eq!(after.last().unwrap()["field"], "erased");
}

#[test]
fn a_reason_is_needed_and_again_is_no_harm() {
    let (mut office, one, _) = office();
    let id = one.to_string();
    let error = office.write(|desk| erase(desk, &id, "  ")).unwrap_err();
    assert_eq!(error.code(), "why_needed");
    office.write(|desk| erase(desk, &id, "asked")).unwrap();
    let again = office.write(|desk| erase(desk, &id, "asked")).unwrap();
    assert_eq!(again.taken.erased_fields, 0);
}
