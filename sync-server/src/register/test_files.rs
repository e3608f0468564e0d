//! Builds the register files that the tests read.

use std::io::{Cursor, Read, Write};

use rust_xlsxwriter::{Format, Workbook, XlsxError};
use zip::write::SimpleFileOptions;

/// A workbook with a sheet of remarks before the list: title lines, merged market and stall cells, number cells, a date.
pub(super) fn merged_workbook() -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    workbook
        .add_worksheet()
        .set_name("Catatan")?
        .write_string(0, 0, "Daftar dari dinas")?;
    let sheet = workbook.add_worksheet();
    let plain = Format::new();
    sheet.merge_range(0, 0, 0, 5, "Daftar Pedagang", &Format::new().set_bold())?;
    for (column, heading) in [
        "No",
        "Pasar",
        "No Lapak",
        "Nama Pedagang",
        "No HP",
        "Komoditi",
        "Retribusi",
    ]
    .iter()
    .enumerate()
    {
        sheet.write_string(2, u16::try_from(column).unwrap_or(0), *heading)?;
    }
    sheet.merge_range(3, 1, 8, 1, "Kanoman", &plain)?;
    sheet.merge_range(3, 2, 4, 2, "12A", &plain)?;
    sheet
        .write_number(3, 0, 17.0)?
        .write_string(3, 3, "Siti")?
        .write_number(3, 4, 81_200_000_123.0)?;
    sheet
        .write_number(4, 0, 18.0)?
        .write_string(4, 3, "Budi")?
        .write_string(4, 4, "0812 0000 0124")?;
    // Row 6 of the sheet has nothing of its own under the merged market.
    sheet
        .write_number(6, 0, 19.0)?
        .write_string(6, 2, "007")?
        .write_string(6, 3, "Ani")?;
    let date = Format::new().set_num_format("dd mmm yyyy");
    sheet
        .write_number(7, 0, 20.0)?
        .write_number_with_format(7, 2, 43_536.0, &date)?
        .write_string(7, 3, "Dewi")?;
    sheet
        .write_formula(
            8,
            0,
            rust_xlsxwriter::Formula::new("=20+1").set_result("21"),
        )?
        .write_number(8, 2, 2.5)?;
    workbook.save_to_buffer()
}

/// A list a market, each on a sheet of its own; the last number stands on both.
pub(super) fn two_sheets() -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    for (name, rows) in [
        ("Kanoman", &[("1", "Siti")][..]),
        ("Pagi", &[("2", "Budi"), ("1", "Ani")]),
    ] {
        let sheet = workbook.add_worksheet().set_name(name)?;
        for (column, heading) in (0_u16..).zip(["No", "Pasar", "Nama Pedagang"]) {
            sheet.write_string(0, column, heading)?;
        }
        for (row, (number, person)) in (1_u32..).zip(rows) {
            sheet.write_string(row, 0, *number)?;
            sheet.write_string(row, 1, name)?;
            sheet.write_string(row, 2, *person)?;
        }
    }
    workbook.save_to_buffer()
}

/// The parts of a workbook, unpacked: name and content.
pub(super) fn parts(workbook: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(workbook)).unwrap();
    (0..archive.len())
        .map(|index| {
            let mut part = archive.by_index(index).unwrap();
            let mut content = Vec::new();
            part.read_to_end(&mut content).unwrap();
            (part.name().unwrap().into_owned(), content)
        })
        .collect()
}

/// Packs parts into a workbook without compressing them.
pub(super) fn packed(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, content) in parts {
        archive.start_file(name.as_str(), options).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}
