//! JSON (one array) and NDJSON (one object a line): keys are the columns' keys, in the columns' order, in any language.

use grebeg_core::wire::json::time;
use std::io::Write;

use super::{Cell, Column, ExportFileError, HashingWriter, RowError, Written, checked_row};

/// Writes an array with an object a row, each on a line of its own. Empty cells are `null`.
pub fn write_json<W: Write, E: Into<RowError>>(
    out: W,
    columns: &[Column],
    rows: impl Iterator<Item = Result<Vec<Cell>, E>>,
) -> Result<Written, ExportFileError> {
    let mut out = HashingWriter::new(out);
    out.write_all(b"[")?;
    let mut written = 0;
    for row in rows {
        let cells = checked_row(row, written + 1, columns.len())?;
        out.write_all(if written == 0 { b"\n" } else { b",\n" })?;
        write_object(&mut out, columns, &cells)?;
        written += 1;
    }
    out.write_all(b"\n]\n")?;
    out.finish(written)
}

/// Writes an object a line; a text's own line ends are escaped, so that a line is always a row.
pub fn write_ndjson<W: Write, E: Into<RowError>>(
    out: W,
    columns: &[Column],
    rows: impl Iterator<Item = Result<Vec<Cell>, E>>,
) -> Result<Written, ExportFileError> {
    let mut out = HashingWriter::new(out);
    let mut written = 0;
    for row in rows {
        let cells = checked_row(row, written + 1, columns.len())?;
        write_object(&mut out, columns, &cells)?;
        out.write_all(b"\n")?;
        written += 1;
    }
    out.finish(written)
}

fn write_object(
    out: &mut impl Write,
    columns: &[Column],
    cells: &[Cell],
) -> Result<(), ExportFileError> {
    out.write_all(b"{")?;
    for (place, (column, cell)) in columns.iter().zip(cells).enumerate() {
        if place > 0 {
            out.write_all(b",")?;
        }
        write_value(out, column.key)?;
        out.write_all(b":")?;
        match cell {
            Cell::Empty => out.write_all(b"null")?,
            Cell::Text(text) => write_text(out, text)?,
            Cell::Int(number) => write_value(out, number)?,
            Cell::Bool(yes) => write_value(out, yes)?,
            Cell::Date(date) => write_value(out, &date.to_string())?,
            Cell::DateTime(instant) => write_value(out, &time(instant.timestamp_millis()))?,
            // What is not finite becomes null here.
            Cell::Real(number) | Cell::Formula(_, number) => write_value(out, number)?,
        }
    }
    Ok(out.write_all(b"}")?)
}

fn write_value<T: serde::Serialize + ?Sized>(
    out: &mut impl Write,
    value: &T,
) -> Result<(), ExportFileError> {
    serde_json::to_writer(out, value).map_err(|error| ExportFileError::Io(error.into()))
}

/// A text, with the characters escaped at which some readers break lines although JSON allows them.
fn write_text(out: &mut impl Write, text: &str) -> Result<(), ExportFileError> {
    const BREAKS: [char; 3] = ['\u{85}', '\u{2028}', '\u{2029}'];
    if !text.contains(BREAKS) {
        return write_value(out, text);
    }
    let json = serde_json::to_string(text).map_err(|error| ExportFileError::Io(error.into()))?;
    for c in json.chars() {
        if BREAKS.contains(&c) {
            write!(out, "\\u{:04x}", u32::from(c))?;
        } else {
            write!(out, "{c}")?;
        }
    }
    Ok(())
}
