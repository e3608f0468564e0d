//! Writes export files: one table as CSV, JSON, NDJSON or a workbook, and market points as GeoJSON.
//!
//! Rows come from an iterator, so that a store can hand them over while it reads; text formats hold one row at a time,
//! a workbook holds its rows until it is packed. The same rows give the same bytes: no time of making, no random
//! number is written. Whoever exports, and why, is logged elsewhere.

mod csv_file;
mod error;
mod file;
mod json_file;
mod points;
mod xlsx_file;

#[cfg(test)]
mod tests;

use std::io::{self, Write};

use chrono::{DateTime, FixedOffset, NaiveDate};
use sha2::{Digest, Sha256};

pub use csv_file::write_csv;
pub use error::{ExportFileError, RowError};
pub use file::{Ready, prepare_file};
pub use json_file::{write_json, write_ndjson};
pub use points::{Point, write_points};
pub use xlsx_file::{DATA_ROW, SheetPlan, WorkbookBuilder, write_xlsx};

/// What a column holds; decides how its cells are written and formatted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellKind {
    /// Also phones, stall numbers and codes: what only looks like a number.
    Text,
    Int,
    Bool,
    Date,
    /// An instant; workbooks show it as wall time of its own offset.
    DateTime,
    /// A fraction: 0.5 is 50 %.
    Percent,
}

impl CellKind {
    fn is_numeric(self) -> bool {
        matches!(self, Self::Int | Self::Percent)
    }
}

/// A column of an export; the order of columns is the order of cells in each row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Language-free name: the key in JSON and NDJSON.
    pub key: &'static str,
    /// Heading in Indonesian.
    pub label_id: &'static str,
    /// Heading in English.
    pub label_en: &'static str,
    pub kind: CellKind,
    /// Only in a named export. The caller leaves such columns out, heading and cells: nothing is left out here.
    pub personal: bool,
}

impl Column {
    /// Heading in the given language.
    pub fn label(&self, language: Language) -> &'static str {
        match language {
            Language::Id => self.label_id,
            Language::En => self.label_en,
            Language::Codes => self.key,
        }
    }
}

/// Language of headings; values never change with it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Language {
    #[default]
    Id,
    En,
    /// The fields' own names, the same in every answer and file.
    Codes,
}

/// One value. Empty means unknown; zero is `Int(0)`.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Empty,
    Text(String),
    Int(i64),
    Bool(bool),
    Date(NaiveDate),
    DateTime(DateTime<FixedOffset>),
    /// A spreadsheet's formula with its value, which the other forms write alone.
    Formula(String, f64),
    /// A figure or, in a `Percent` column, a fraction. What is not finite is written as empty.
    Real(f64),
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Rows of data, headings not counted; features in GeoJSON.
    pub rows: u64,
    /// SHA-256 of all bytes, in lower-case hexadecimal digits.
    pub sha256: String,
}

/// Whether a spreadsheet may run a text as a formula, so that CSV sets a `'` before it.
///
/// First characters after OWASP's "CSV injection" list, their full-width twins, and the zero byte. A text that begins
/// with `'` itself is guarded too, so that a reader who takes one `'` away always has the exact text.
pub fn needs_guard(text: &str) -> bool {
    matches!(
        text.chars().next(),
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\0' | '\'' | '＝' | '＋' | '－' | '＠')
    )
}

/// Passes bytes on and keeps their hash.
struct HashingWriter<W> {
    out: W,
    hash: Sha256,
}

impl<W: Write> HashingWriter<W> {
    fn new(out: W) -> Self {
        Self {
            out,
            hash: Sha256::new(),
        }
    }

    fn finish(mut self, rows: u64) -> Result<Written, ExportFileError> {
        self.out.flush()?;
        let sha256 = self
            .hash
            .finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Ok(Written { rows, sha256 })
    }
}

impl<W: Write> Write for HashingWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = self.out.write(bytes)?;
        self.hash.update(bytes.get(..taken).unwrap_or_default());
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// The row, or why it cannot be written: the source failed, or it has not a cell for each column.
fn checked_row<E: Into<RowError>>(
    row: Result<Vec<Cell>, E>,
    number: u64,
    columns: usize,
) -> Result<Vec<Cell>, ExportFileError> {
    let cells = row.map_err(|error| ExportFileError::Row(error.into()))?;
    if cells.len() != columns {
        return Err(ExportFileError::RowShape {
            row: number,
            cells: cells.len(),
            columns,
        });
    }
    Ok(cells)
}
