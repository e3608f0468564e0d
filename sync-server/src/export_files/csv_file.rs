//! CSV after RFC 4180: UTF-8, every field quoted, CRLF, one heading line, and no text that runs as a formula.

use grebeg_core::wire::json::time;
use std::io::Write;

use csv::{QuoteStyle, Terminator, WriterBuilder};

use super::{
    Cell, CellKind, Column, ExportFileError, HashingWriter, Language, RowError, Written,
    checked_row, needs_guard,
};

/// Writes the heading line and a line a row. Text that a spreadsheet might run gets a leading `'`, phones too; numbers
/// in number columns do not. Dates are `YYYY-MM-DD`, instants RFC 3339, yes and no `ya` and `tidak`.
pub fn write_csv<W: Write, E: Into<RowError>>(
    out: W,
    columns: &[Column],
    language: Language,
    rows: impl Iterator<Item = Result<Vec<Cell>, E>>,
) -> Result<Written, ExportFileError> {
    let mut hashing = HashingWriter::new(out);
    let mut written = 0;
    {
        let mut csv = WriterBuilder::new()
            .quote_style(QuoteStyle::Always)
            .terminator(Terminator::CRLF)
            .from_writer(&mut hashing);
        csv.write_record(
            columns
                .iter()
                .map(|column| guarded(column.label(language).to_owned())),
        )
        .map_err(io_error)?;
        for row in rows {
            let cells = checked_row(row, written + 1, columns.len())?;
            csv.write_record(
                cells
                    .iter()
                    .zip(columns)
                    .map(|(cell, column)| field(cell, column.kind)),
            )
            .map_err(io_error)?;
            written += 1;
        }
        csv.flush()?;
    }
    hashing.finish(written)
}

fn field(cell: &Cell, kind: CellKind) -> String {
    let is_number = matches!(cell, Cell::Int(_) | Cell::Real(_) | Cell::Formula(..));
    let text = match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => text.clone(),
        Cell::Int(number) => number.to_string(),
        Cell::Bool(yes) => if *yes { "ya" } else { "tidak" }.to_owned(),
        Cell::Date(date) => date.to_string(),
        Cell::DateTime(instant) => time(instant.timestamp_millis()),
        Cell::Formula(_, number) => number.to_string(),
        Cell::Real(number) if number.is_finite() => number.to_string(),
        Cell::Real(_) => String::new(),
    };
    if is_number && kind.is_numeric() {
        text
    } else {
        guarded(text)
    }
}

fn guarded(text: String) -> String {
    if needs_guard(&text) {
        format!("'{text}")
    } else {
        text
    }
}

fn io_error(error: csv::Error) -> ExportFileError {
    ExportFileError::Io(error.into())
}
