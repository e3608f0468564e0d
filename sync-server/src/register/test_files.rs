//! Builds the register files that the tests read.

use rust_xlsxwriter::{Format, Workbook, XlsxError};

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
