//! Reads trader registers as the office gets them: a CSV or XLSX file becomes rows of known fields, each judged.
//!
//! Two steps, both free of any store: [`read`] turns bytes into a [`RegisterTable`], [`judge_all`] says of each row
//! whether it can be taken. What the rows mean for the traders already known is decided by the import, not here.

mod assemble;
mod csv_file;
mod error;
mod fields;
mod judge;
mod text;
mod xlsx_file;
mod xlsx_guard;

#[cfg(test)]
mod test_files;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use error::RegisterError;
pub use fields::{FIELDS, field_of_heading};
pub use judge::{Judged, Taken, judge, judge_all};

/// Largest file that is read, in bytes (64 MiB).
pub const FILE_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Largest total that a workbook may unpack to, in bytes (256 MiB): a guard against zip bombs.
pub const UNPACKED_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// Largest number of rows that are not empty.
pub const ROWS_MAX: usize = 200_000;
/// Largest number of columns looked at; a register has a dozen.
pub const COLUMNS_MAX: usize = 256;
/// Largest number of cells read from one sheet.
pub const CELLS_MAX: usize = 4_000_000;
/// How many of the first filled lines may hold the heading: offices put titles and logos above it.
pub const HEADING_LINES_MAX: usize = 40;

/// One thing that a person should know about a row (or, with `row` 0, about the whole file).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Line of the file, the heading's own line counted as it stands there (1 in a plain file); 0: the whole file.
    pub row: usize,
    /// Heading of the column as in the file, or the field's name where the file has no such column.
    pub column: String,
    /// Names the value and says what to do, in English.
    pub reason: String,
    /// Stable snake_case name for programs and translations.
    pub code: &'static str,
}

/// One line of a register that is not wholly empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// CSV: physical line on which the record begins; XLSX: number of the sheet's row. Both count from 1.
    pub line: usize,
    /// The sheet, where a workbook has several lists.
    pub sheet: Option<Arc<str>>,
    /// Field name (one of [`FIELDS`]) to trimmed text; empty cells are absent.
    pub cells: BTreeMap<&'static str, String>,
}

/// A register as read: rows in file order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RegisterTable {
    /// Filled rows below the heading.
    pub rows: Vec<Row>,
    /// Field name to the heading that gave it.
    pub columns: BTreeMap<&'static str, String>,
    /// Headings of columns that no field takes, in file order.
    pub columns_ignored: Vec<String>,
    /// What was odd while reading; nothing here prevented a row from being read.
    pub warnings: Vec<Finding>,
}

/// Reads a register.
///
/// `bytes`: the file's content, at most [`FILE_BYTES_MAX`]. `file_name` helps to name the format where the content
/// alone does not show it. `mapping`: "this column is that field", each pair `(column heading, field name)`; it wins
/// over the known headings. Errors: [`RegisterError`], never a panic, whatever the bytes are.
pub fn read(
    bytes: &[u8],
    file_name: &str,
    mapping: &[(String, String)],
) -> Result<RegisterTable, RegisterError> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(RegisterError::FileTooLarge {
            bytes: bytes.len(),
            bytes_max: FILE_BYTES_MAX,
        });
    }
    let mapping = fields::check_mapping(mapping)?;
    let extension = file_name
        .rsplit_once('.')
        .map(|(_, end)| end.to_ascii_lowercase())
        .unwrap_or_default();
    if bytes.starts_with(b"PK\x03\x04") {
        return xlsx_file::read(bytes, &mapping);
    }
    // The container of the old binary formats (.xls) and of password-protected workbooks.
    if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return Err(RegisterError::OldWorkbook);
    }
    if matches!(extension.as_str(), "xlsx" | "xlsm") {
        return Err(RegisterError::WorkbookDamaged {
            why: "it does not begin like a workbook".to_owned(),
        });
    }
    csv_file::read(bytes, &mapping)
}
