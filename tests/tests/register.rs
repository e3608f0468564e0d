//! A messy register: each row is taken or explained, twice is once, and what the field corrected stays.

use rust_xlsxwriter::{Format, Workbook};
use serde_json::Value;
use std::path::PathBuf;
use whole_system_tests::answer::ValueExt;
use whole_system_tests::office::CAMPAIGN;
use whole_system_tests::{Office, Register, assert_in_step, people};

const MAP: [&str; 12] = [
    "--map",
    "No=register_no",
    "--map",
    "Pasar=market",
    "--map",
    "Lapak=stall",
    "--map",
    "Nama Pedagang=name",
    "--map",
    "HP=phone",
    "--map",
    "Dagangan=commodity",
];

/// As an operator's office saved it: a title-case heading, semicolons, odd rows.
const MESSY: &str = "No;Pasar;Lapak;Nama Pedagang;HP;Dagangan\r\n\
1;KNM;Blok C No. 7;Rokayah Lestari;0840-0012-0001;kerupuk udang\r\n\
2;kanoman;232-233;Sobari;+62 840 0012 0002;terasi\r\n\
3;PASAR KANOMAN;12A;Casinih;6284000120003;krupuk\r\n\
;;;;;\r\n\
4;pasar pagi;007;Ren\u{e9} Taryana;0840.0012.0004;batik\r\n\
5;PPH;Lt. 2 B-14;Wiwin;(0840) 0012-0005;jamu\r\n\
17.0;JGS;Petian 88;Sunarto;belum ada;sayur\r\n\
17;JGS;Petian 89;Euis;;sayur\r\n\
3;KNM;12B;Kosim;;kerupuk\r\n\
6;Pasar Senen;1;Nining;;batik\r\n\
\r\n\
7;DRJ;depan pintu timur;Saptono;;barang aneh\r\n";

fn save(office: &Office, name: &str, bytes: &[u8]) -> PathBuf {
    let path = office.folder().join(name);
    std::fs::write(&path, bytes).expect("a register can be written");
    path
}

fn import(office: &Office, path: &std::path::Path, options: &[&str]) -> Value {
    let mut args = vec![
        "traders",
        "import",
        path.to_str().expect("a plain path"),
        "--campaign",
        CAMPAIGN,
    ];
    args.extend(options);
    let answer = office.json(&args);
    let sum =
        answer["created"].number() + answer["updated"].number() + answer["unchanged"].number();
    assert_eq!(
        answer["rows"].number(),
        sum + answer["refused"].list().len() as u64,
        "each row is taken or explained: {answer}"
    );
    answer
}

fn windows_1252(text: &str) -> Vec<u8> {
    text.chars()
        .map(|c| u8::try_from(u32::from(c)).expect("Latin letters only"))
        .collect()
}

#[test]
fn a_messy_register_is_taken_or_explained_row_by_row() {
    let with_bom = [b"\xef\xbb\xbf", MESSY.as_bytes()].concat();
    for (what, bytes) in [
        ("UTF-8 with BOM", with_bom),
        ("Windows-1252", windows_1252(MESSY)),
    ] {
        let office = Office::closed();
        let path = save(&office, "kanoman.csv", &bytes);
        let empty = office.dump();
        let tried = import(&office, &path, &[&MAP[..], &["--dry-run"]].concat());
        assert_eq!(office.dump(), empty, "{what}: a dry run writes nothing");
        let taken = import(&office, &path, &MAP);
        for part in [
            "rows",
            "created",
            "updated",
            "unchanged",
            "refused",
            "warnings",
        ] {
            assert_eq!(
                taken[part], tried[part],
                "{what}: a dry run says what will be: {part}"
            );
        }
        assert_eq!(
            (taken["rows"].number(), taken["created"].number()),
            (10, 7),
            "{what}: {taken}"
        );
        let refused: Vec<(u64, String)> = taken["refused"]
            .list()
            .iter()
            .map(|row| (row["row"].number(), row["reason"].text().to_owned()))
            .collect();
        let rows: Vec<u64> = refused.iter().map(|(row, _)| *row).collect();
        assert_eq!(
            rows,
            [9, 10, 11],
            "{what}: lines of the file, the heading being 1: {refused:?}"
        );
        assert!(
            refused[2].1.contains("Pasar Senen"),
            "{what}: the reason names the value: {refused:?}"
        );
        assert!(
            taken["warnings"]
                .list()
                .iter()
                .any(|row| row["row"] == 8 && row["reason"].text().contains("belum ada")),
            "{what}: {taken}"
        );

        let traders = office.records("trader");
        let of = |number: &str| {
            let found = traders
                .iter()
                .find(|trader| trader["register_no"] == number);
            found.unwrap_or_else(|| panic!("{what}: no {number} in {traders:?}"))
        };
        for number in ["1", "2", "3", "4", "5"] {
            assert_eq!(
                of(number)["phone"],
                format!("+628400012000{number}"),
                "{what}"
            );
        }
        assert_eq!(of("2")["phone_typed"], "+62 840 0012 0002");
        assert!(
            of("17")["phone"].is_null() && of("17")["phone_typed"] == "belum ada",
            "{what}"
        );
        for (number, market, stall) in [
            ("2", "KNM", "232-233"),
            ("3", "KNM", "12A"),
            ("4", "PGI", "007"),
            ("5", "HRJ", "Lt. 2 B-14"),
            ("17", "JGS", "Petian 88"),
        ] {
            assert_eq!(
                (&of(number)["market"], &of(number)["stall"]),
                (&market.into(), &stall.into()),
                "{what}"
            );
        }
        assert_eq!(of("4")["name"], "Ren\u{e9} Taryana", "{what}");

        let before = office.dump();
        let again = import(&office, &path, &MAP);
        assert_eq!(
            (
                again["created"].number(),
                again["updated"].number(),
                again["unchanged"].number()
            ),
            (0, 0, 7),
            "{what}: {again}"
        );
        assert_eq!(
            office.dump(),
            before,
            "{what}: a second run changes nothing"
        );
    }
}

#[test]
fn a_field_correction_survives_the_next_import() {
    let office = Office::new();
    office.import(&Register::of("KNM", 1, 3));
    let tablet = office.canvasser("Ade Nugraha", "KNM");
    let trader = tablet.trader_named(&people::name(2));
    tablet.set(&trader, &["phone=0840-0077-7777", "stall=Blok X 1"]);
    tablet.settle();
    let again = office.import(&Register::of("KNM", 1, 3));
    assert_eq!(again["unchanged"], 3, "{again}");
    let mut changed = Register::of("KNM", 1, 1);
    changed.row(
        "2",
        "KNM",
        "Blok C 2",
        &people::name(2),
        &people::phone(2),
        "terasi",
    );
    changed.add("KNM", 3, 1);
    let third = office.import(&changed);
    assert_eq!(
        (third["updated"].number(), third["unchanged"].number()),
        (1, 2),
        "{third}"
    );
    tablet.settle();
    let record = office.record("trader", &trader).expect("there");
    assert_eq!(
        record["phone"], "+6284000777777",
        "the correction stays: {record}"
    );
    assert_eq!(record["stall"], "Blok X 1");
    assert_eq!(
        record["commodity"], "terasi",
        "what the register changed itself is taken"
    );
    assert_in_step(&tablet, &office);
}

#[test]
fn a_workbook_with_merged_cells_is_taken_or_explained() {
    let office = Office::closed();
    let path = office.folder().join("drajat.xlsx");
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let write = |sheet: &mut rust_xlsxwriter::Worksheet, row: u32, cells: [&str; 6]| {
        for (column, text) in cells.iter().enumerate() {
            sheet
                .write_string(row, column as u16, *text)
                .expect("a cell");
        }
    };
    write(
        sheet,
        0,
        [
            "register_no",
            "market",
            "stall",
            "name",
            "phone",
            "commodity",
        ],
    );
    for (row, name) in ["Lasmi", "Ujang", "Rodiah"].into_iter().enumerate() {
        let row = row as u32 + 1;
        write(
            sheet,
            row,
            [
                "",
                "",
                &format!("{row}A"),
                name,
                &people::phone(row as usize),
                "batik",
            ],
        );
        sheet
            .write_number(row, 0, f64::from(row))
            .expect("a number");
    }
    sheet
        .merge_range(1, 1, 3, 1, "DRJ", &Format::new())
        .expect("a merged cell");
    book.save(&path).expect("a workbook");
    let answer = import(&office, &path, &[]);
    assert_eq!(answer["rows"], 3, "{answer}");
    assert!(answer["created"].number() >= 1, "{answer}");
    let numbers: Vec<Value> = office
        .records("trader")
        .iter()
        .map(|trader| trader["register_no"].clone())
        .collect();
    assert!(
        numbers.contains(&"1".into()),
        "a number cell is the text 1: {numbers:?}"
    );
    let again = import(&office, &path, &[]);
    assert_eq!(again["created"], 0, "{again}");
}

#[test]
fn too_long_a_name_is_refused_with_the_limit_named() {
    let office = Office::closed();
    let mut register = Register::new();
    register.row("1", "KNM", "1", &"a".repeat(200), "", "");
    register.row("2", "KNM", "2", &"a".repeat(201), "", "");
    let answer = office.import(&register);
    assert_eq!(answer["created"], 1, "{answer}");
    assert!(
        answer["refused"][0]["reason"].text().contains("200"),
        "{answer}"
    );
}

#[test]
fn a_file_that_is_no_register_is_refused_in_words() {
    let office = Office::closed();
    for (name, bytes) in [
        ("a.csv", &b""[..]),
        ("b.csv", b"\x00\x01\x02"),
        ("c.xlsx", b"PK\x03\x04 broken"),
        ("d.csv", b"x,y\n1,2\n"),
    ] {
        let path = save(&office, name, bytes);
        let answer = office.ask(&[
            "traders",
            "import",
            path.to_str().expect("a plain path"),
            "--campaign",
            CAMPAIGN,
        ]);
        if answer.exit == Some(0) {
            assert_eq!(answer.json()["created"], 0, "{name}: {answer}");
        } else {
            answer.failure();
        }
    }
    assert_eq!(office.records("trader").len(), 0);
    let missing = office.ask(&["traders", "import", "/nowhere.csv", "--campaign", CAMPAIGN]);
    missing.failure();
}

#[test]
fn invented_traders_are_the_same_for_the_same_seed() {
    let make = |seed: &str| {
        let office = Office::closed();
        let made = office.json(&[
            "demo-data",
            "--campaign",
            CAMPAIGN,
            "--traders",
            "120",
            "--seed",
            seed,
        ]);
        assert_eq!(made["created"], 120, "{made}");
        let mut names: Vec<String> = office
            .records("trader")
            .iter()
            .map(|trader| {
                format!(
                    "{} {} {}",
                    trader["register_no"], trader["name"], trader["market"]
                )
            })
            .collect();
        names.sort();
        names
    };
    assert_eq!(make("5"), make("5"));
    assert_ne!(make("5"), make("6"));
}
