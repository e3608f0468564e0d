//! Importing registers: again, corrected in the field, without numbers, rehearsed.

#![allow(clippy::unwrap_used)]

mod support;

use std::time::Duration;

use grebeg_core::value::Value;
use support::Office;
use sync_server::office::desk::Desk;
use sync_server::office::import::{Import, Imported};
use sync_server::register;

const HEADING: &str = "register_no,market,stall,name,phone,commodity\n";

fn csv(rows: &[&str]) -> String {
    format!("{HEADING}{}\n", rows.join("\n"))
}

/// Created, updated, unchanged, refused.
fn counts(imported: &Imported) -> (u64, u64, u64, u64) {
    assert_eq!(
        imported.rows(),
        imported.created + imported.updated + imported.unchanged + imported.refused_rows
    );
    (
        imported.created,
        imported.updated,
        imported.unchanged,
        imported.refused_rows,
    )
}

const TWO: &[&str] = &[
    "17,KNM,12A,Siti Aminah,0840-0012-3456,Terasi",
    "18.0,Pasar Kanoman,007,Carsa,0840 0099 0007,Kerupuk",
];

#[test]
fn the_same_file_again_changes_nothing() {
    let mut office = Office::new();
    assert_eq!(counts(&office.import(&csv(TWO))), (2, 0, 0, 0));
    let seq = office.seq();
    assert_eq!(counts(&office.import(&csv(TWO))), (0, 0, 2, 0));
    assert_eq!(office.seq(), seq);
    let (_, carsa) = office.named("Carsa");
    assert_eq!(carsa.text("phone"), Some("+6284000990007"));
    assert_eq!(carsa.text("phone_typed"), Some("0840 0099 0007"));
    assert_eq!(carsa.text("register_no"), Some("18"));
    assert_eq!(carsa.text("stall"), Some("007"));
}

#[test]
fn what_was_corrected_at_the_stall_stays_until_the_register_says_something_new() {
    let mut office = Office::new();
    office.import(&csv(TWO));
    let (id, _) = office.named("Carsa");
    office.set("trader", id, &[("stall", Value::text("9"))]);
    assert_eq!(counts(&office.import(&csv(TWO))), (0, 0, 2, 0));
    let changed = [TWO[0], "18,KNM,007,Carsa bin Darma,0840 0099 0007,Kerupuk"];
    assert_eq!(counts(&office.import(&csv(&changed))), (0, 1, 1, 0));
    let (same, carsa) = office.named("Carsa bin Darma");
    assert_eq!((same, carsa.text("stall")), (id, Some("9")));
    let moved = [TWO[0], "18,KNM,21,Carsa bin Darma,0840 0099 0007,Kerupuk"];
    assert_eq!(counts(&office.import(&csv(&moved))), (0, 1, 1, 0));
    assert_eq!(office.named("Carsa bin Darma").1.text("stall"), Some("21"));
}

#[test]
fn a_rehearsal_says_the_same_figures_and_writes_nothing() {
    let mut office = Office::new();
    let seq = office.seq();
    let table = register::read(csv(TWO).as_bytes(), "traders.csv", &[]).unwrap();
    let rehearse = |desk: &mut Desk<'_>| {
        let mut import = Import::plan(desk, &table, None, false)?;
        import.rehearse(desk)?;
        import.finish(desk)
    };
    let rehearsed = office.write(rehearse).unwrap();
    assert_eq!(counts(&rehearsed), (2, 0, 0, 0));
    assert_eq!(office.seq(), seq);
    assert_eq!(office.snapshot().of_kind("trader").count(), 0);
    assert_eq!(counts(&office.import(&csv(TWO))), (2, 0, 0, 0));
}

#[test]
fn an_import_that_was_broken_off_leaves_whole_rows_and_is_finished_by_the_next() {
    let mut office = Office::new();
    let rows = [
        ",KNM,12,Siti,0840-0012-3456,Terasi",
        ",KNM,12,Siti,0840-0099-0007,Terasi",
        "18,KNM,7,Carsa,,Kerupuk",
    ];
    let table = register::read(csv(&rows).as_bytes(), "traders.csv", &[]).unwrap();
    let mut import = office
        .write(|desk| Import::plan(desk, &table, None, false))
        .unwrap();
    for taken in 1..=2 {
        let more = office.write(|desk| import.take(desk, Duration::ZERO));
        assert!(more.unwrap());
        assert_eq!(import.progress(), (taken, 3));
        let traders = office.snapshot();
        assert_eq!(traders.of_kind("trader").count(), taken);
        assert!(
            traders
                .of_kind("trader")
                .all(|(_, t)| t.text("name").is_some())
        );
    }
    drop(import);
    assert_eq!(counts(&office.import(&csv(&rows))), (1, 0, 2, 0));
    assert_eq!(counts(&office.import(&csv(&rows))), (0, 0, 3, 0));
    assert_eq!(office.snapshot().of_kind("trader").count(), 3);
}

#[test]
fn rows_without_a_number_are_found_by_market_stall_and_name() {
    let mut office = Office::new();
    let first = [",KNM,12 A,Siti Aminah,,Terasi", ",PGI,3,Carsa,,"];
    assert_eq!(counts(&office.import(&csv(&first))), (2, 0, 0, 0));
    let again = [",kanoman,12A,siti  aminah,,Kerupuk", ",PGI,3,Carsa,,"];
    // The row says the name in another way now, and other goods.
    assert_eq!(counts(&office.import(&csv(&again))), (0, 1, 1, 0));
    assert_eq!(
        office.named("siti  aminah").1.text("commodity"),
        Some("Kerupuk")
    );
}

#[test]
fn a_row_that_could_mean_several_traders_is_refused_and_explained() {
    let mut office = Office::new();
    let two = [",KNM,,Siti,0840-0012-3456,", ",KNM,,Siti,0840-0099-0007,"];
    assert_eq!(counts(&office.import(&csv(&two))), (2, 0, 0, 0));
    assert_eq!(counts(&office.import(&csv(&two))), (0, 0, 2, 0));
    let imported = office.import(&csv(&[",KNM,,Siti,0840-0055-0005,"]));
    assert_eq!(counts(&imported), (0, 0, 0, 1));
    assert_eq!(imported.refused[0].code, "ambiguous");
    assert!(imported.refused[0].reason.starts_with("ambiguous"));
}

#[test]
fn refused_rows_and_warnings_name_the_line_and_the_value() {
    let mut office = Office::new();
    let imported = office.import(&csv(&[
        "1,Atlantis,1,Ani,,",
        ",,,,,",
        "2,KNM,2,Budi,belum ada,",
        "2,KNM,3,Edi,,",
    ]));
    assert_eq!(counts(&imported), (1, 0, 0, 2));
    assert_eq!(
        imported.refused.iter().map(|f| f.row).collect::<Vec<_>>(),
        [2, 5]
    );
    assert_eq!(imported.warnings[0].row, 4);
    let (_, budi) = office.named("Budi");
    assert_eq!(
        (budi.text("phone"), budi.text("phone_typed")),
        (None, Some("belum ada"))
    );
}

#[test]
fn possible_duplicates_are_created_and_listed() {
    let mut office = Office::new();
    office.import(&csv(TWO));
    let imported = office.import(&csv(&["99,KNM,12a,Siti Amina,0840-0012-3456,"]));
    assert_eq!(counts(&imported), (1, 0, 0, 0));
    let found = &imported.possible_duplicates[0];
    assert_eq!(found["name"], "Siti Amina");
    assert_eq!(found["other"]["name"], "Siti Aminah");
    assert_eq!(found["row"], 2);
}

#[test]
fn the_register_does_not_bring_back_the_name_of_somebody_who_refused() {
    let mut office = Office::new();
    office.import(&csv(TWO));
    let (id, _) = office.named("Carsa");
    let no = std::collections::BTreeMap::from([("pendampingan".to_owned(), Value::Bool(false))]);
    let fields = [("trader", Value::id(id)), ("purposes", Value::Map(no))];
    office.set("consent", uuid::Uuid::from_u128(5), &fields);
    office.set("trader", id, &[("name", Value::Null)]);
    let changed = [TWO[0], "18,KNM,21,Carsa bin Darma,0840 0055 0005,Terasi"];
    assert_eq!(counts(&office.import(&csv(&changed))), (0, 1, 1, 0));
    let snapshot = office.snapshot();
    let trader = snapshot.get("trader", id).unwrap();
    assert_eq!(
        (trader.text("name"), trader.text("stall")),
        (None, Some("21"))
    );
    assert_eq!(trader.text("phone"), Some("+6284000990007"));
}
