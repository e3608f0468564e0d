//! What `verify` sees of the columns and tables from which figures are counted.

use super::held;
use super::test_office::{MARKET, Office, Tablet, trader, visit};
use super::verify::verify;
use crate::clock;
use crate::store::Registry;
use crate::store::rows::ReportRow;
use grebeg_core::change::Patch;
use grebeg_core::sync::messages::{HeldReason, State};
use grebeg_core::value::Value;
use rusqlite::Connection;

/// An office with what figures are counted from: counted visits, one without a market, held ones, a discarded one, reports.
fn office() -> Office {
    let mut office = Office::new();
    let sari = office.person("Sari", "canvasser", &[MARKET]);
    let mut tablet: Tablet = office.tablet(sari);
    let at_ms = clock::now_ms() - 9_000;
    let (id, new) = trader("Rokayah", "+628123456789");
    let (_, first) = visit(id, "tutup");
    assert_eq!(
        tablet.send(&mut office, at_ms, vec![new, first]).state,
        State::Accepted
    );
    let (_, mut plain) = visit(id, "tutup");
    plain.fields.remove("market");
    assert_eq!(
        tablet.send(&mut office, at_ms, vec![plain]).state,
        State::Accepted
    );
    for _ in 0..3 {
        let (_, mut odd) = visit(id, "tutup");
        let content = grebeg_core::change::Content::Value(Value::text("x".repeat(3_000)));
        odd.fields.insert("note".into(), content);
        let ack = tablet.send(&mut office, at_ms, vec![odd]);
        assert_eq!(ack.reason, Some(HeldReason::TooLong));
    }
    office.desk(|desk| {
        let list = held::list(desk)?;
        let id = |at: usize| list[at]["id"].as_str().unwrap().to_owned();
        held::accept(desk, &id(0))?;
        held::discard(desk, &id(1), "salah")
    });
    let enrolment = tablet.enrolment;
    office.desk(|desk| {
        let at_ms = grebeg_core::sync::store::Store::head(&mut desk.store)?.last_ms;
        desk.store.add_report(&ReportRow {
            enrolment,
            date: "2019-08-01".into(),
            recorded: 3,
            waiting: 1,
            closed: false,
            parts: Vec::new(),
            at_ms,
        })?;
        desk.log("one", "")?;
        desk.log("two", "")
    });
    let rename = Patch::new("trader", id, [("name", "Rokayah bt. Karta".into())]);
    tablet.send(&mut office, at_ms + 1_000, vec![rename]);
    office
}

#[test]
fn every_column_and_table_from_which_figures_are_counted_is_checked() {
    let office = office();
    let report = verify(&office.connection, None).unwrap();
    assert!(report.ok(), "{:?}", report.findings);
    for (attack, code) in [
        (
            "update change set visit = null where visit is not null and seq > 0",
            "column_altered",
        ),
        (
            "update change set visit = zeroblob(16) where visit is not null",
            "column_altered",
        ),
        (
            "update change set visit_market = 'DRJ' where visit_market = 'KNM'",
            "column_altered",
        ),
        (
            "update change set visit_market = 'DRJ'
             where seq = (select max(seq) from change where visit is not null and settled_seq = 0)",
            "column_altered",
        ),
        (
            "update change set visit_trader = zeroblob(16) where visit is not null",
            "column_altered",
        ),
        (
            "update change set author = zeroblob(16) where visit is not null",
            "column_altered",
        ),
        (
            "update change set content_hash = zeroblob(32) where seq > 0",
            "column_altered",
        ),
        (
            "update change set received_ms = received_ms - 1 where seq > 0",
            "column_altered",
        ),
        (
            "update change set received_ms = received_ms - 1 where seq = 0",
            "events_altered",
        ),
        (
            "update change set state = 'discarded' where visit is not null and seq > 0",
            "column_altered",
        ),
        (
            "update change set state = 'discarded' where state = 'held_back'",
            "events_altered",
        ),
        (
            "update change set state = 'held_back' where state = 'discarded'",
            "events_altered",
        ),
        (
            "update event set at_ms = at_ms - 1000 where state = 'accepted'",
            "events_altered",
        ),
        ("update event set state = 'held_back'", "events_altered"),
        ("delete from event", "events_altered"),
        ("delete from event where no = 1", "events_altered"),
        (
            "update report set at_ms = at_ms + 1000000000000",
            "report_altered",
        ),
        (
            "update report set enrolment = zeroblob(16)",
            "report_altered",
        ),
        ("delete from audit where what = 'one'", "rows_missing"),
    ] {
        let connection = &office.connection;
        connection.execute_batch("begin").unwrap();
        assert!(connection.execute(attack, []).unwrap() > 0, "{attack}");
        let found = findings(connection);
        assert!(found.contains(&code), "{attack}: {found:?}");
        connection.execute_batch("rollback").unwrap();
    }
    assert!(findings(&office.connection).is_empty());
}

fn findings(connection: &Connection) -> Vec<&'static str> {
    let report = verify(connection, None).unwrap();
    report.findings.iter().map(|f| f.code).collect()
}

#[test]
fn an_order_that_was_cut_is_named_at_the_cut() {
    let office = office();
    let connection = &office.connection;
    let last: i64 = connection
        .query_row("select max(seq) from change", [], |row| row.get(0))
        .unwrap();
    connection
        .execute_batch(
            "pragma foreign_keys = off;
             delete from change where seq = (select max(seq) from change);
             update campaign set seq = seq - 1;",
        )
        .unwrap();
    let report = verify(connection, None).unwrap();
    assert_eq!(
        report.findings[0].seq,
        Some(last as u64),
        "{:?}",
        report.findings
    );
}
