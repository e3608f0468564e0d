//! Workbooks: title, as-of line, an empty line, headings in row 4, data from row 5; text is never a formula or a link.

use std::io::Write;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, Timelike};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Formula, Workbook, Worksheet};

use super::{
    Cell, CellKind, Column, ExportFileError, HashingWriter, Language, RowError, Written,
    checked_row,
};

/// Row of the headings, counted from 0.
const HEADING_ROW: u32 = 3;
/// Number of the first row of data, as formulas name it.
pub const DATA_ROW: usize = HEADING_ROW as usize + 2;
/// Rows of data that a sheet holds: the format's 1,048,576 without the four above them.
const SHEET_ROWS_MAX: u64 = 1_048_572;
const PAPER_A4: u8 = 9;
/// Characters that a cell holds at most, by the format.
const CELL_CHARS_MAX: usize = 32_767;

/// What a sheet is called and says above its headings.
#[derive(Debug, Clone, Copy)]
pub struct SheetPlan<'p> {
    /// Name of the tab, at most 31 characters.
    pub name: &'p str,
    /// Row 1.
    pub title: &'p str,
    /// Row 2: up to when the data are known, whether all tablets have sent, which filter.
    pub as_of: &'p str,
    pub columns: &'p [Column],
    /// A small block to the right of the table: a label and a value a line, from row 4 on. Usually empty.
    pub side: &'p [(&'p str, Cell)],
}

/// Builds a workbook sheet by sheet. The same sheets give the same bytes.
pub struct WorkbookBuilder {
    workbook: Workbook,
    language: Language,
    formats: Formats,
    rows: u64,
}

impl WorkbookBuilder {
    pub fn new(language: Language) -> Result<Self, ExportFileError> {
        let mut workbook = Workbook::new();
        // The library would write the time of making; a fixed one keeps the bytes equal.
        let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
        workbook.set_properties(&DocProperties::new().set_creation_datetime(&made));
        Ok(Self {
            workbook,
            language,
            formats: Formats::new(),
            rows: 0,
        })
    }

    /// Adds a sheet and returns how many rows of data it has. Errors: those of the rows, `TooManyRows`, a bad name.
    pub fn add_sheet<E: Into<RowError>>(
        &mut self,
        plan: &SheetPlan<'_>,
        rows: impl Iterator<Item = Result<Vec<Cell>, E>>,
    ) -> Result<u64, ExportFileError> {
        let mut sheet = Worksheet::new();
        let formats = &self.formats;
        sheet.set_name(plan.name)?;
        sheet.set_landscape().set_paper_size(PAPER_A4);
        sheet.set_freeze_panes(HEADING_ROW + 1, 0)?;
        sheet.set_repeat_rows(0, HEADING_ROW)?;
        write_text(&mut sheet, 0, 0, plan.title, &formats.title)?;
        write_text(&mut sheet, 1, 0, plan.as_of, &formats.text)?;
        for (place, column) in (0_u16..).zip(plan.columns) {
            write_text(
                &mut sheet,
                HEADING_ROW,
                place,
                column.label(self.language),
                &formats.heading,
            )?;
            sheet.set_column_width(place, width(column, self.language))?;
        }
        let mut written: u64 = 0;
        for row in rows {
            let cells = checked_row(row, written + 1, plan.columns.len())?;
            let at = match u32::try_from(written) {
                Ok(number) if written < SHEET_ROWS_MAX => number + HEADING_ROW + 1,
                _ => {
                    return Err(ExportFileError::TooManyRows {
                        rows_max: SHEET_ROWS_MAX,
                    });
                }
            };
            for ((place, cell), column) in (0_u16..).zip(&cells).zip(plan.columns) {
                write_cell(&mut sheet, at, place, cell, column.kind, formats)?;
            }
            written += 1;
        }
        if let Some(last) = plan
            .columns
            .len()
            .checked_sub(1)
            .and_then(|last| u16::try_from(last).ok())
        {
            let last_row = u32::try_from(written)
                .unwrap_or(u32::MAX)
                .saturating_add(HEADING_ROW);
            sheet.autofilter(HEADING_ROW, 0, last_row, last)?;
            let side = last.saturating_add(2);
            for (row, (label, cell)) in (HEADING_ROW..).zip(plan.side) {
                write_text(&mut sheet, row, side, label, &formats.heading)?;
                write_cell(&mut sheet, row, side + 1, cell, kind_of(cell), formats)?;
            }
        }
        self.workbook.push_worksheet(sheet);
        self.rows += written;
        Ok(written)
    }

    /// Packs the workbook; `rows` of the answer counts the data rows of all sheets.
    pub fn write<W: Write>(mut self, out: W) -> Result<Written, ExportFileError> {
        let mut out = HashingWriter::new(out);
        out.write_all(&self.workbook.save_to_buffer()?)?;
        out.finish(self.rows)
    }
}

/// Writes a workbook with one sheet.
pub fn write_xlsx<W: Write, E: Into<RowError>>(
    out: W,
    plan: &SheetPlan<'_>,
    language: Language,
    rows: impl Iterator<Item = Result<Vec<Cell>, E>>,
) -> Result<Written, ExportFileError> {
    let mut builder = WorkbookBuilder::new(language)?;
    builder.add_sheet(plan, rows)?;
    builder.write(out)
}

struct Formats {
    title: Format,
    heading: Format,
    text: Format,
    int: Format,
    real: Format,
    date: Format,
    date_time: Format,
    percent: Format,
}

impl Formats {
    fn new() -> Self {
        // Format `@` and quotePrefix: editing the cell by hand does not turn its text into a formula either.
        let text = Format::new().set_num_format("@").set_quote_prefix();
        Self {
            title: text.clone().set_bold().set_font_size(14),
            heading: text.clone().set_bold().set_text_wrap(),
            text,
            int: Format::new().set_num_format("#,##0"),
            real: Format::new().set_num_format("#,##0.##"),
            date: Format::new().set_num_format("dd mmm yyyy"),
            date_time: Format::new().set_num_format("dd mmm yyyy hh:mm"),
            percent: Format::new().set_num_format("0.0%"),
        }
    }
}

fn kind_of(cell: &Cell) -> CellKind {
    match cell {
        Cell::Empty | Cell::Text(_) => CellKind::Text,
        Cell::Int(_) | Cell::Real(_) | Cell::Formula(..) => CellKind::Int,
        Cell::Bool(_) => CellKind::Bool,
        Cell::Date(_) => CellKind::Date,
        Cell::DateTime(_) => CellKind::DateTime,
    }
}

fn write_cell(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &Cell,
    kind: CellKind,
    formats: &Formats,
) -> Result<(), ExportFileError> {
    let number_format = if kind == CellKind::Percent {
        &formats.percent
    } else {
        &formats.real
    };
    match cell {
        Cell::Empty => {}
        Cell::Text(text) => write_text(sheet, row, column, text, &formats.text)?,
        Cell::Bool(yes) => write_text(
            sheet,
            row,
            column,
            if *yes { "ya" } else { "tidak" },
            &formats.text,
        )?,
        // A number in a text column is a code or a stall: it stays a text.
        Cell::Int(number) if kind == CellKind::Text => {
            write_text(sheet, row, column, &number.to_string(), &formats.text)?
        }
        Cell::Int(number) => {
            let format = if kind == CellKind::Percent {
                &formats.percent
            } else {
                &formats.int
            };
            sheet.write_number_with_format(row, column, *number as f64, format)?;
        }
        Cell::Real(number) if number.is_finite() => {
            sheet.write_number_with_format(row, column, *number, number_format)?;
        }
        Cell::Real(_) => {}
        Cell::Formula(text, value) => {
            let format = match kind {
                CellKind::Percent => &formats.percent,
                _ => &formats.int,
            };
            // With the value, so that programs which do not work formulas out show it, too.
            let formula = Formula::new(text).set_result(value.to_string());
            sheet.write_formula_with_format(row, column, formula, format)?;
        }
        Cell::Date(date) => {
            sheet.write_number_with_format(row, column, day_number(*date), &formats.date)?;
        }
        Cell::DateTime(instant) => {
            sheet.write_number_with_format(
                row,
                column,
                instant_number(instant),
                &formats.date_time,
            )?;
        }
    }
    Ok(())
}

/// Always the string form of writing: the general one would make links of addresses.
fn write_text(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    text: &str,
    format: &Format,
) -> Result<(), ExportFileError> {
    // The limits of all texts in the product lie far below; this keeps one bad value from failing the whole file.
    let shown: String = text
        .chars()
        .take(CELL_CHARS_MAX)
        // The two characters that XML cannot hold in any form.
        .map(|c| {
            if matches!(c, '\u{fffe}' | '\u{ffff}') {
                char::REPLACEMENT_CHARACTER
            } else {
                c
            }
        })
        .collect();
    sheet.write_string_with_format(row, column, shown, format)?;
    Ok(())
}

/// Days since 30 December 1899, the spreadsheet's count (right from March 1900 on).
fn day_number(date: NaiveDate) -> f64 {
    // 693,594 is that day's number from the common era on, as chrono counts.
    f64::from(date.num_days_from_ce() - 693_594)
}

/// Wall time of the instant's own offset, to the second.
fn instant_number(instant: &DateTime<FixedOffset>) -> f64 {
    let local = instant.naive_local();
    day_number(local.date()) + f64::from(local.time().num_seconds_from_midnight()) / 86_400.0
}

/// Wide enough for the heading and the usual content, in characters.
fn width(column: &Column, language: Language) -> f64 {
    let usual: f64 = match column.kind {
        CellKind::Text => 18.0,
        CellKind::Int | CellKind::Percent | CellKind::Bool => 10.0,
        CellKind::Date => 13.0,
        CellKind::DateTime => 19.0,
    };
    let heading = column.label(language).chars().count().min(30) as f64 + 3.0;
    usual.max(heading)
}
