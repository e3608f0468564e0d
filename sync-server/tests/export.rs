//! Exports: the same bytes for the same instant, nobody named without consent, sums that agree with the totals.

#![allow(clippy::unwrap_used)]

mod support;

use grebeg_core::value::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;
use support::Office;
use sync_server::export_files::{Language, Written};
use sync_server::office::erasure::erase_on_request;
use sync_server::office::error::OfficeError;
use sync_server::office::export::{Format, Request, What, export};
use sync_server::office::totals::{Question, totals};
use uuid::Uuid;

const TRADERS: &str = "register_no,market,stall,name,phone,commodity\n\
    REG-7001,KNM,12A,\"=HYPERLINK(\"\"x\"\")\",0812 0000 0123,Terasi\n\
    REG-7002,KNM,Blok C No. 4,Carsa Rahasia,0840-0099-0007,Kerupuk\n\
    REG-7003,PGI,007,Ani Tersembunyi,,\n";

fn office() -> Office {
    let mut office = Office::new();
    office.import(TRADERS);
    office
}

fn request(office: &Office, what: What, format: Format) -> Request {
    Request {
        what,
        format,
        out: office.path().join("export.out"),
        as_of_ms: None,
        until: None,
        named: false,
        why: None,
        language: Language::Id,
    }
}

#[derive(Debug)]
struct Done {
    written: Written,
    as_of_ms: i64,
    left_out: u64,
}

fn run(office: &mut Office, request: &Request) -> Result<(Done, Vec<u8>), OfficeError> {
    let exported = office.write(|desk| export(desk, request))?;
    let (as_of_ms, left_out) = (exported.as_of_ms, exported.left_out);
    let done = Done {
        written: exported.put()?,
        as_of_ms,
        left_out,
    };
    Ok((done, std::fs::read(&request.out).unwrap()))
}

fn text(office: &mut Office, request: &Request) -> String {
    String::from_utf8(run(office, request).unwrap().1).unwrap()
}

#[test]
fn sums_and_shares_of_the_workbook_are_formulas_with_their_values() {
    use calamine::{Data, Reader, Xlsx};
    let mut office = office();
    let (trader, _) = office.named("Ani Tersembunyi");
    visit(&mut office, 1, trader, "penjelasan");
    let request = request(&office, What::Workbook, Format::Xlsx);
    let (_, bytes) = run(&mut office, &request).unwrap();
    let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
    let formulas = book.worksheet_formula("Corong").unwrap();
    let values = book.worksheet_range("Corong").unwrap();
    let (_, end) = (values.start().unwrap(), values.end().unwrap());
    let (mut sums, mut shares) = (0, 0);
    for row in 4..=end.0 {
        let formula = |column| {
            formulas
                .get_value((row, column))
                .cloned()
                .unwrap_or_default()
        };
        let number = |column| match values.get_value((row, column)) {
            Some(Data::Float(number)) => *number,
            Some(Data::Int(number)) => *number as f64,
            _ => 0.0,
        };
        if formula(4).starts_with("SUMIF(") {
            let stage = number(1);
            let above = (4..row).filter(|r| {
                matches!(values.get_value((*r, 1)), Some(Data::Float(n)) if *n == stage)
                    && values.get_value((*r, 0)) != Some(&Data::String("TOTAL".to_owned()))
            });
            let sum: f64 = above
                .filter_map(|r| match values.get_value((r, 4)) {
                    Some(Data::Float(n)) => Some(*n),
                    _ => None,
                })
                .sum();
            assert_eq!(number(4), sum);
            sums += 1;
        }
        if !formula(7).is_empty() {
            assert!(formula(7).starts_with(&format!("E{}/E", row + 1)));
            shares += 1;
        }
    }
    assert!(sums >= 9 && shares > 9, "{sums} sums, {shares} shares");
}

#[test]
fn an_identity_number_in_a_name_stays_out_of_every_file() {
    let mut office = office();
    let (trader, _) = office.named("Ani Tersembunyi");
    let name = Value::text("Nik 3274012345678901 Tono");
    office.set("trader", trader, &[("name", name)]);
    consent(&mut office, 9, trader, "ekspor_bernama", true);
    let mut request = request(&office, What::Traders, Format::Csv);
    request.named = true;
    request.why = Some("uji".to_owned());
    let text = text(&mut office, &request);
    assert_eq!(text.lines().count(), 2, "{text}");
    assert!(!text.contains("3274012345678901"), "{text}");
}

#[test]
fn a_file_has_its_name_only_once_it_is_put_there() {
    let mut office = office();
    let request = request(&office, What::Traders, Format::Csv);
    let exported = office.write(|desk| export(desk, &request)).unwrap();
    assert!(!request.out.exists());
    drop(exported);
    let files = std::fs::read_dir(office.path()).unwrap();
    let mut left = files.map(|f| f.unwrap().file_name().into_string().unwrap());
    assert!(!left.any(|name| name.starts_with(".grebeg-export-")));
}

fn visit(office: &mut Office, number: u128, trader: Uuid, outcome: &str) {
    let fields = [
        ("trader", Value::id(trader)),
        ("market", Value::text("KNM")),
        ("outcome", Value::text(outcome)),
        ("note", Value::text("titip salam")),
    ];
    office.set("visit", Uuid::from_u128(number), &fields);
}

fn consent(office: &mut Office, number: u128, trader: Uuid, purpose: &str, yes: bool) {
    let purposes = BTreeMap::from([(purpose.to_owned(), Value::Bool(yes))]);
    let fields = [
        ("trader", Value::id(trader)),
        ("purposes", Value::Map(purposes)),
    ];
    office.set("consent", Uuid::from_u128(number), &fields);
}

#[test]
fn a_pseudonymous_file_names_nobody_and_holds_no_id() {
    let mut office = office();
    let (carsa, _) = office.named("Carsa Rahasia");
    visit(&mut office, 900, carsa, "mengajar");
    for what in [What::Traders, What::Visits, What::Funnel, What::Points] {
        for format in [Format::Csv, Format::Json, Format::Ndjson] {
            let request = request(&office, what, format);
            let file = text(&mut office, &request);
            let traces = [
                "Rahasia",
                "HYPERLINK",
                "REG-70",
                "+62",
                "0812",
                "12A",
                "titip",
                &carsa.to_string(),
                &Uuid::from_u128(900).to_string(),
            ];
            let found: Vec<_> = traces.iter().filter(|t| file.contains(**t)).collect();
            assert!(found.is_empty(), "{what:?} {format:?}: {found:?}");
        }
    }
}

#[test]
fn the_same_instant_gives_the_same_bytes_whatever_happens_later() {
    let mut office = office();
    let (carsa, _) = office.named("Carsa Rahasia");
    visit(&mut office, 900, carsa, "mengajar");
    for (what, format) in [
        (What::Traders, Format::Csv),
        (What::Visits, Format::Ndjson),
        (What::Funnel, Format::Xlsx),
        (What::Workbook, Format::Xlsx),
        (What::Points, Format::Geojson),
    ] {
        let mut request = request(&office, what, format);
        let (first, bytes) = run(&mut office, &request).unwrap();
        request.as_of_ms = Some(first.as_of_ms);
        office.set("trader", carsa, &[("zone", Value::text("KNM-D"))]);
        let number = u128::from(office.seq()) + 1_000;
        visit(&mut office, number, carsa, "tutup");
        let (second, again) = run(&mut office, &request).unwrap();
        assert_eq!(first.as_of_ms, second.as_of_ms);
        assert!(bytes == again, "{what:?}");
        assert_eq!(first.written.sha256, second.written.sha256);
    }
}

#[test]
fn a_named_file_needs_a_reason_and_holds_only_those_who_agreed() {
    let mut office = office();
    let (carsa, _) = office.named("Carsa Rahasia");
    let (formula, _) = office.named("=HYPERLINK(\"x\")");
    let (ani, _) = office.named("Ani Tersembunyi");
    visit(&mut office, 900, formula, "mengajar");
    visit(&mut office, 901, carsa, "mengajar");
    for (number, trader) in [(1, formula), (2, ani), (3, carsa)] {
        consent(&mut office, number, trader, "ekspor_bernama", true);
    }
    // Agreed to be named, then refused to be recorded by name at all.
    consent(&mut office, 4, ani, "pendampingan", false);
    consent(&mut office, 5, carsa, "ekspor_bernama", false);
    let mut request = request(&office, What::Traders, Format::Csv);
    request.named = true;
    assert_eq!(run(&mut office, &request).unwrap_err().code(), "why_needed");
    request.why = Some("Laporan untuk dinas".to_owned());
    let (exported, bytes) = run(&mut office, &request).unwrap();
    let file = String::from_utf8(bytes).unwrap();
    assert_eq!((exported.written.rows, exported.left_out), (1, 2));
    assert!(file.contains("\"'=HYPERLINK(\"\"x\"\")\""), "{file}");
    assert!(file.contains("\"'+6281200000123\""), "{file}");
    assert!(!file.contains("Rahasia") && !file.contains("Tersembunyi"));
    assert!(!file.contains("REG-70"), "register numbers stay inside");
    request.what = What::Visits;
    let (visits, _) = run(&mut office, &request).unwrap();
    assert_eq!(visits.written.rows, 1);
}

#[test]
fn who_was_erased_is_not_named_in_an_old_instant_either() {
    let mut office = office();
    let (carsa, _) = office.named("Carsa Rahasia");
    consent(&mut office, 3, carsa, "ekspor_bernama", true);
    let mut request = request(&office, What::Traders, Format::Csv);
    request.named = true;
    request.why = Some("Laporan untuk dinas".to_owned());
    let (before, _) = run(&mut office, &request).unwrap();
    assert_eq!(before.written.rows, 1);
    let id = carsa.to_string();
    office
        .write(|desk| erase_on_request(desk, &id, "asked"))
        .unwrap();
    request.as_of_ms = Some(before.as_of_ms);
    let (after, bytes) = run(&mut office, &request).unwrap();
    assert_eq!(after.written.rows, 0);
    assert!(!String::from_utf8(bytes).unwrap().contains("Rahasia"));
}

#[test]
fn exported_visits_are_those_that_the_totals_count() {
    let mut office = office();
    let (carsa, _) = office.named("Carsa Rahasia");
    for (number, outcome) in [(900, "mengajar"), (901, "tutup"), (902, "batal")] {
        visit(&mut office, number, carsa, outcome);
    }
    let request = request(&office, What::Visits, Format::Ndjson);
    let (exported, _) = run(&mut office, &request).unwrap();
    let counted = office
        .write(|desk| totals(desk, Question::default()))
        .unwrap();
    assert_eq!(exported.written.rows, counted.all.counted);
    assert_eq!(exported.written.rows, 2);
}

#[test]
fn the_funnel_adds_up_to_the_totals_funnel() {
    let mut office = office();
    let (carsa, _) = office.named("Carsa Rahasia");
    visit(&mut office, 900, carsa, "mengajar");
    let request = request(&office, What::Funnel, Format::Ndjson);
    let mut sums: BTreeMap<String, u64> = BTreeMap::new();
    for line in text(&mut office, &request).lines() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let stage = row["stage"].as_str().unwrap().to_owned();
        *sums.entry(stage).or_default() += row["count"].as_u64().unwrap();
    }
    let counted = office
        .write(|desk| totals(desk, Question::default()))
        .unwrap();
    assert_eq!(sums, counted.funnel.into_iter().collect());
    assert_eq!(sums["terdata"], 3);
}

#[test]
fn forms_that_a_table_does_not_have_are_refused_and_leave_no_file() {
    let mut office = office();
    for (what, format) in [
        (What::Workbook, Format::Csv),
        (What::Traders, Format::Geojson),
    ] {
        let mut request = request(&office, what, format);
        request.out = PathBuf::from(office.path()).join("refused.out");
        let error = run(&mut office, &request).unwrap_err();
        assert_eq!(error.code(), "bad_value");
        assert!(!request.out.exists());
    }
}
