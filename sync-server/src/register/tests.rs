//! Whole registers, as offices send them.

use super::*;

fn cells(row: &Row) -> String {
    row.cells
        .iter()
        .map(|(field, text)| format!("{field}={text}"))
        .collect::<Vec<_>>()
        .join("|")
}

fn check(bytes: &[u8], name: &str, expected: &[(usize, &str)]) -> RegisterTable {
    let table = read(bytes, name, &[]).unwrap();
    let got: Vec<(usize, String)> = table
        .rows
        .iter()
        .map(|row| (row.line, cells(row)))
        .collect();
    let got: Vec<(usize, &str)> = got
        .iter()
        .map(|(line, text)| (*line, text.as_str()))
        .collect();
    assert_eq!(got, expected);
    table
}

fn map(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(column, field)| ((*column).to_owned(), (*field).to_owned()))
        .collect()
}

#[test]
fn plain_headings_need_no_map() {
    check(
        b"register_no,market,stall,name,phone,commodity\n1,KNM,12A,Siti,0812,cabai\n",
        "a.csv",
        &[(
            2,
            "commodity=cabai|market=KNM|name=Siti|phone=0812|register_no=1|stall=12A",
        )],
    );
}

#[test]
fn every_delimiter_is_guessed_from_the_heading() {
    for delimiter in [",", ";", "\t", "|"] {
        let file = "nama_lain;name;stall\nx;Siti;232-233\n".replace(';', delimiter);
        check(file.as_bytes(), "a.csv", &[(2, "name=Siti|stall=232-233")]);
    }
}

#[test]
fn lines_are_counted_as_the_file_has_them() {
    check(
        b"\xef\xbb\xbf\r\nname;note;stall\r\n\r\nA;\"one\r\ntwo\";1\r\n;;\r\n  ; ;\r\nB;\"say \"\"x\"\"\";002\rC;;3",
        "a.csv",
        &[
            (4, "name=A|note=one\r\ntwo|stall=1"),
            (8, "name=B|note=say \"x\"|stall=002"),
            (9, "name=C|stall=3"),
        ],
    );
}

#[test]
fn titles_above_the_heading_are_passed_over() {
    check(
        "Daftar Pedagang;;\nsep=;\nNo;Nama;Lapak\n1;Siti;12\n".as_bytes(),
        "a.csv",
        &[(4, "name=Siti|register_no=1|stall=12")],
    );
}

#[test]
fn a_lone_title_word_or_a_trailing_delimiter_does_not_hide_the_heading() {
    check(b"Pasar\nX;Nama;\n1;Siti;\n", "a.csv", &[(3, "name=Siti")]);
    check(b"name,\nSiti,\n", "a.csv", &[(2, "name=Siti")]);
    check(b"kios,los\n7,\n", "a.csv", &[(2, "stall=7")]);
}

#[test]
fn windows_1252_is_read_and_said() {
    let table = check(
        b"name;stall\nRen\xe9;1\n",
        "a.csv",
        &[(2, "name=René|stall=1")],
    );
    assert_eq!(
        table
            .warnings
            .iter()
            .map(|finding| finding.code)
            .collect::<Vec<_>>(),
        ["encoding_guessed"]
    );
}

#[test]
fn a_stray_quote_does_not_swallow_the_list() {
    let table = check(
        b"name;stall\n\"Toko;1\n\"Ana\";2\n\"Budi;3\n",
        "a.csv",
        &[
            (2, "name=\"Toko|stall=1"),
            (3, "name=Ana|stall=2"),
            (4, "name=\"Budi|stall=3"),
        ],
    );
    assert_eq!(
        table
            .warnings
            .iter()
            .map(|finding| finding.row)
            .collect::<Vec<_>>(),
        [2, 4]
    );
}

#[test]
fn a_map_wins_over_known_headings_and_says_what_exists() {
    let file = b"Nama,Julukan,X\nSiti,Teh Siti,9\n";
    let table = read(file, "a.csv", &map(&[("julukan", "name"), ("X", "stall")])).unwrap();
    assert_eq!(cells(&table.rows[0]), "name=Teh Siti|stall=9");
    assert_eq!(table.columns_ignored, ["Nama"]);
    let error = read(file, "a.csv", &map(&[("Y", "stall")])).unwrap_err();
    assert_eq!(
        (error.code(), error.to_string().contains("Nama, Julukan, X")),
        ("column_unknown", true)
    );
    let error = read(file, "a.csv", &map(&[("X", "lapak")])).unwrap_err();
    assert_eq!(
        (
            error.code(),
            error.to_string().contains("register_no, market, stall")
        ),
        ("field_unknown", true)
    );
    assert_eq!(
        read(file, "a.csv", &map(&[("X", "name"), ("Nama", "name")]))
            .unwrap_err()
            .code(),
        "field_twice"
    );
}

#[test]
fn a_file_without_known_columns_is_explained() {
    assert_eq!(
        read(b"a,b\n1,2\n", "a.csv", &[]).unwrap_err().code(),
        "no_heading"
    );
    assert_eq!(
        read(b" \n\n", "a.csv", &[]).unwrap_err().code(),
        "file_empty"
    );
    assert_eq!(
        read(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1], "a.xls", &[])
            .unwrap_err()
            .code(),
        "workbook_old"
    );
    assert_eq!(
        read(b"PK\x03\x04rubbish", "a.xlsx", &[])
            .unwrap_err()
            .code(),
        "workbook_damaged"
    );
    assert_eq!(
        read(b"rubbish", "a.xlsx", &[]).unwrap_err().code(),
        "workbook_damaged"
    );
    let wide = format!("name{}\n", ",".repeat(COLUMNS_MAX + 1));
    assert_eq!(
        read(wide.as_bytes(), "a.csv", &[]).unwrap_err().code(),
        "too_many_columns"
    );
}

#[test]
fn merged_cells_numbers_and_formulas_of_a_workbook_are_read() {
    let table = check(
        &test_files::merged_workbook().unwrap(),
        "a.xlsx",
        &[
            (
                4,
                "market=Kanoman|name=Siti|phone=81200000123|register_no=17|stall=12A",
            ),
            (
                5,
                "market=Kanoman|name=Budi|phone=0812 0000 0124|register_no=18|stall=12A",
            ),
            (7, "market=Kanoman|name=Ani|register_no=19|stall=007"),
            (
                8,
                "market=Kanoman|name=Dewi|register_no=20|stall=2019-03-12",
            ),
            (9, "market=Kanoman|register_no=21|stall=2.5"),
        ],
    );
    assert_eq!(table.columns_ignored, ["Retribusi"]);
    assert_eq!(
        table
            .warnings
            .iter()
            .map(|f| (f.row, f.column.as_str(), f.code))
            .collect::<Vec<_>>(),
        [(8, "No Lapak", "cell_is_date")]
    );
}

#[test]
fn a_bomb_is_refused_before_it_is_read() {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated);
    archive.start_file("xl/workbook.xml", options).unwrap();
    let block = vec![b' '; 1 << 20];
    for _ in 0..=UNPACKED_BYTES_MAX >> 20 {
        std::io::Write::write_all(&mut archive, &block).unwrap();
    }
    let bytes = archive.finish().unwrap().into_inner();
    assert!(bytes.len() < FILE_BYTES_MAX / 64);
    assert_eq!(
        read(&bytes, "a.xlsx", &[]).unwrap_err().code(),
        "unpacked_too_large"
    );
}

fn verdicts(file: &str) -> Vec<String> {
    let table = read(file.as_bytes(), "a.csv", &[]).unwrap();
    let market = |typed: &str| (typed.eq_ignore_ascii_case("kanoman")).then(|| "KNM".to_owned());
    let phone = |typed: &str| typed.strip_prefix('0').map(|rest| format!("+62{rest}"));
    let judged = judge_all(&table, &market, &phone);
    assert_eq!(judged.len(), table.rows.len());
    judged
        .into_iter()
        .map(|verdict| match verdict {
            Judged::Taken(taken) => {
                let or = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
                let warned: Vec<_> = taken
                    .warnings
                    .iter()
                    .map(|f| format!(" warn {}:{}", f.column, f.code))
                    .collect();
                format!(
                    "{} {} {} {} {} {}{}",
                    taken.row,
                    or(taken.register_no),
                    taken.market,
                    or(taken.stall),
                    or(taken.phone),
                    or(taken.phone_typed),
                    warned.concat()
                )
            }
            Judged::Refused(findings) => findings
                .iter()
                .map(|finding| {
                    format!(
                        "{} refused {}:{}",
                        finding.row, finding.column, finding.code
                    )
                })
                .collect::<Vec<_>>()
                .join(", "),
        })
        .collect()
}

#[test]
fn each_row_is_taken_or_explained() {
    let long = "x".repeat(201);
    let file = format!(
        "No;Pasar;Lapak;Nama;HP\n17.0;KANOMAN;12A;Siti;08121\n17;Kanoman;232-233;Budi;08122\n18;Drajad;1;Ani;1\n18;Kanoman;007;Ani;tidak ada\n19;;;;1\n20;Kanoman;1;{long};\n021;Kanoman;;Dewi;\n"
    );
    assert_eq!(
        verdicts(&file),
        [
            "2 17 KNM 12A +628121 08121",
            "3 refused No:register_no_twice",
            "4 refused Pasar:market_unknown",
            "5 18 KNM 007 - tidak ada warn HP:phone_unreadable",
            "6 refused Pasar:market_unknown, 6 refused Nama:name_and_stall_missing",
            "7 refused Nama:too_long",
            "8 021 KNM - - -",
        ]
    );
}

#[test]
fn reasons_name_the_value_and_the_limit() {
    let table = read(
        format!("market,name\nDrajad,{}\n", "x".repeat(201)).as_bytes(),
        "a.csv",
        &[],
    )
    .unwrap();
    let Judged::Refused(findings) = judge(&table.rows[0], &|_| None, &|_| None) else {
        panic!("taken")
    };
    let reasons: Vec<&str> = findings
        .iter()
        .map(|finding| finding.reason.as_str())
        .collect();
    assert!(reasons[0].contains("\"Drajad\""), "{reasons:?}");
    assert!(
        reasons[1].contains("201") && reasons[1].contains("200"),
        "{reasons:?}"
    );
}

/// Numbers from a fixed generator, so that a failure repeats itself.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }

    fn mutate(&mut self, bytes: &mut Vec<u8>) {
        for _ in 0..=self.below(6) {
            let at = self.below(bytes.len());
            match self.below(5) {
                0 => bytes.truncate(at.max(4)),
                1 => bytes.insert(at, self.below(256) as u8),
                2 if at + 8 < bytes.len() => drop(bytes.drain(at..at + self.below(8))),
                // Digits make other rows, columns, styles and text numbers of what stays well-formed XML.
                3 => {
                    let digit = bytes.iter().skip(at).position(u8::is_ascii_digit);
                    if let Some(byte) = digit.and_then(|ahead| bytes.get_mut(at + ahead)) {
                        *byte = b'0' + self.below(10) as u8;
                    }
                }
                _ => bytes[at] = self.below(256) as u8,
            }
        }
    }
}

#[test]
fn mutated_files_never_stop_the_reader() {
    let csv = b"\xef\xbb\xbfNo;Pasar;Lapak;Nama\r\n1;Kanoman;\"12A\";\"Si\"\"ti\r\n\"\r\n".to_vec();
    let utf16: Vec<u8> = "\u{feff}name;stall\nSiti;1\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let workbook = test_files::merged_workbook().unwrap();
    let mut numbers = Numbers(0x2545_F491_4F6C_DD1D);
    for (seed, rounds) in [(csv, 2_000), (utf16, 1_000), (workbook, 200)] {
        for _ in 0..rounds {
            let mut bytes = seed.clone();
            numbers.mutate(&mut bytes);
            let _ = read(&bytes, "a.csv", &[]);
        }
    }
}

/// A changed byte of a packed file is found by its checksum; here the parts change and the checksums are right.
#[test]
fn workbooks_with_mutated_parts_never_stop_the_reader() {
    let parts = test_files::parts(&test_files::merged_workbook().unwrap());
    let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15);
    let mut read_rounds = 0;
    for _ in 0..600 {
        let mut parts = parts.clone();
        let changed = numbers.below(parts.len());
        numbers.mutate(&mut parts[changed].1);
        let bytes = test_files::packed(&parts);
        read_rounds += usize::from(read(&bytes, "a.xlsx", &[]).is_ok());
    }
    assert!(
        read_rounds > 100,
        "the mutations must leave files that are still read: {read_rounds}"
    );
}

/// What each of these did to the reader before it was guarded: the first stopped the process, the second panicked.
#[test]
fn workbooks_that_broke_the_reader_are_called_damaged() {
    for (part, from, to) in [
        (
            "xl/sharedStrings.xml",
            "uniqueCount=\"",
            "uniqueCount=\"9999999999",
        ),
        ("xl/worksheets/sheet2.xml", "ref=\"B4:B9\"", "ref=\"B9:B4\""),
    ] {
        let mut parts = test_files::parts(&test_files::merged_workbook().unwrap());
        let (_, content) = parts.iter_mut().find(|(name, _)| name == part).unwrap();
        let text = String::from_utf8(content.clone()).unwrap();
        assert!(text.contains(from), "{text}");
        *content = text.replace(from, to).into_bytes();
        let error = read(&test_files::packed(&parts), "a.xlsx", &[]).unwrap_err();
        assert_eq!(error.code(), "workbook_damaged", "{part}");
    }
}

#[test]
fn every_sheet_that_is_a_list_is_read_and_named() {
    let table = read(&test_files::two_sheets().unwrap(), "a.xlsx", &[]).unwrap();
    let rows: Vec<(Option<&str>, usize, &str)> = table
        .rows
        .iter()
        .map(|row| (row.sheet.as_deref(), row.line, row.cells["name"].as_str()))
        .collect();
    assert_eq!(
        rows,
        [
            (Some("Kanoman"), 2, "Siti"),
            (Some("Pagi"), 2, "Budi"),
            (Some("Pagi"), 3, "Ani")
        ]
    );
    let judged = judge_all(&table, &|m| Some(m.to_owned()), &|_| None);
    let Judged::Refused(findings) = &judged[2] else {
        panic!("the number stands on another sheet already");
    };
    assert!(
        findings[0].reason.starts_with("sheet Pagi: "),
        "{findings:?}"
    );
    assert!(
        findings[0].reason.contains("line 2 of sheet Kanoman"),
        "{findings:?}"
    );
}

#[test]
fn a_formula_that_nobody_worked_out_is_told() {
    let mut parts = test_files::parts(&test_files::merged_workbook().unwrap());
    for (_, part) in &mut parts {
        let text = String::from_utf8(part.clone()).unwrap();
        *part = text.replace("<v>21</v>", "").into_bytes();
    }
    let table = read(&test_files::packed(&parts), "a.xlsx", &[]).unwrap();
    let told = |row: usize| {
        let found = table.warnings.iter().find(|w| w.row == row);
        found.map(|w| w.code)
    };
    assert_eq!(told(9), Some("cell_formula_without_value"));
    assert!(!table.rows.last().unwrap().cells.contains_key("register_no"));
}

#[test]
fn a_list_without_headings_is_not_quoted_in_the_error() {
    let error = read(b"1,Siti Aminah,084000120001\n", "a.csv", &[]).unwrap_err();
    assert_eq!(error.code(), "no_heading");
    assert!(!error.to_string().contains("Siti"), "{error}");
}
