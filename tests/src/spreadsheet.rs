//! Reading and writing XLSX files in a story.

use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
use std::io::Cursor;

/// All rows of all sheets as text, and the formulas that the file holds (there should be none).
pub fn read(bytes: &[u8]) -> (Vec<Vec<String>>, Vec<String>) {
    let mut book: Xlsx<_> =
        open_workbook_from_rs(Cursor::new(bytes.to_vec())).expect("an XLSX file");
    let (mut rows, mut formulas) = (Vec::new(), Vec::new());
    for sheet in book.sheet_names() {
        let range = book.worksheet_range(&sheet).expect("a sheet");
        rows.extend(
            range
                .rows()
                .map(|row| row.iter().map(text).collect::<Vec<_>>()),
        );
        let found = book.worksheet_formula(&sheet).expect("a sheet");
        formulas.extend(
            found
                .used_cells()
                .map(|(_, _, formula)| formula.clone())
                .filter(|formula| !formula.is_empty()),
        );
    }
    (rows, formulas)
}

fn text(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        other => other.to_string(),
    }
}
