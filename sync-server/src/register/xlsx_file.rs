//! Reads a register saved as a workbook: every sheet with a known heading, merged cells spread over their rows.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, Dimensions, ExcelDateTime, Reader, Xlsx};

use super::assemble::{Assembler, heading_score, no_heading, trimmed};
use super::fields::Mapping;
use super::xlsx_guard::{self, damaged};
use super::{
    CELLS_MAX, COLUMNS_MAX, Finding, HEADING_LINES_MAX, ROWS_MAX, RegisterError, RegisterTable,
};

type Workbook<'b> = Xlsx<Cursor<&'b [u8]>>;
/// Sheet row (from 0) to column (from 0) to cell; only filled cells.
type Sheet = BTreeMap<u32, BTreeMap<u32, SheetCell>>;

/// A cell's text, and what to say about it.
struct SheetCell {
    text: String,
    odd: Option<Odd>,
}

enum Odd {
    /// The spreadsheet shows an error such as `#REF!`.
    Error(String),
    /// A formula that nobody has worked out: programs that write workbooks leave that to the spreadsheet.
    Formula,
    /// A date, which in a stall or number column is often a mistyped "12-3".
    Date,
}

pub(super) fn read(bytes: &[u8], mapping: &Mapping) -> Result<RegisterTable, RegisterError> {
    xlsx_guard::check(bytes)?;
    // The reader panics on some forms (seen: a merged cell that ends above its start). That is a damaged file to us
    // and no reason for the server to stop.
    catch_unwind(AssertUnwindSafe(|| read_workbook(bytes, mapping))).unwrap_or_else(|_| {
        Err(RegisterError::WorkbookDamaged {
            why: "its inner form is not understood".to_owned(),
        })
    })
}

fn read_workbook(bytes: &[u8], mapping: &Mapping) -> Result<RegisterTable, RegisterError> {
    let mut workbook: Workbook<'_> = Xlsx::new(Cursor::new(bytes)).map_err(damaged)?;
    let mut fallback: Option<(String, Sheet)> = None;
    let mut lists = Vec::new();
    let mut failed = None;
    for name in workbook.sheet_names() {
        let sheet = match read_sheet(&mut workbook, &name) {
            Ok(sheet) => sheet,
            // A chart sheet, or one that cannot be read, is no reason to leave out the list beside it.
            Err(error @ RegisterError::WorkbookDamaged { .. }) => {
                failed.get_or_insert(error);
                continue;
            }
            Err(error) => return Err(error),
        };
        if let Some(row) = heading_row(&sheet, mapping) {
            lists.push((name, sheet, row));
            continue;
        }
        if fallback.is_none() && !sheet.is_empty() {
            fallback = Some((name, sheet));
        }
    }
    if !lists.is_empty() {
        return all(&mut workbook, lists, mapping);
    }
    let Some((name, sheet)) = fallback else {
        return Err(failed.unwrap_or(RegisterError::Empty));
    };
    let Some(first) = sheet.keys().next().copied() else {
        return Err(RegisterError::Empty);
    };
    if mapping.is_empty() {
        return Err(no_heading(&line_of(&sheet, first)));
    }
    assemble(&mut workbook, &name, sheet, first, mapping, false)
}

/// One register out of all lists of a workbook: offices keep a sheet for each market.
fn all(
    workbook: &mut Workbook<'_>,
    lists: Vec<(String, Sheet, u32)>,
    mapping: &Mapping,
) -> Result<RegisterTable, RegisterError> {
    let several = lists.len() > 1;
    let mut whole: Option<RegisterTable> = None;
    for (name, sheet, row) in lists {
        let mut table = match assemble(workbook, &name, sheet, row, mapping, several) {
            Ok(table) => table,
            // A mapped column need not stand in every sheet beside the list.
            Err(RegisterError::UnknownColumn { column, .. }) if several => {
                let mut table = RegisterTable::default();
                table.warnings.push(Finding {
                    row: 0,
                    reason: format!("sheet {name:?} was left out: it has no column {column:?}"),
                    column,
                    code: "sheet_left_out",
                });
                table
            }
            Err(error) => return Err(error),
        };
        let Some(whole) = &mut whole else {
            whole = Some(table);
            continue;
        };
        if whole.rows.len() + table.rows.len() > ROWS_MAX {
            return Err(RegisterError::TooManyRows { rows_max: ROWS_MAX });
        }
        whole.rows.append(&mut table.rows);
        whole.warnings.append(&mut table.warnings);
        for (field, heading) in table.columns {
            whole.columns.entry(field).or_insert(heading);
        }
        for heading in table.columns_ignored {
            if !whole.columns_ignored.contains(&heading) {
                whole.columns_ignored.push(heading);
            }
        }
    }
    whole.ok_or(RegisterError::Empty)
}

fn read_sheet(workbook: &mut Workbook<'_>, name: &str) -> Result<Sheet, RegisterError> {
    let mut reader = workbook.worksheet_cells_reader(name).map_err(damaged)?;
    let mut sheet = Sheet::new();
    let mut cells = 0;
    while let Some(cell) = reader.next_cell().map_err(damaged)? {
        let (row, column) = cell.get_position();
        cells += 1;
        if cells > CELLS_MAX {
            return Err(RegisterError::TooManyCells);
        }
        let Some(value) = text_of(cell.get_value()) else {
            continue;
        };
        if (column as usize) < COLUMNS_MAX {
            sheet.entry(row).or_default().insert(column, value);
            if sheet.len() > ROWS_MAX + HEADING_LINES_MAX {
                return Err(RegisterError::TooManyRows { rows_max: ROWS_MAX });
            }
        }
    }
    drop(reader);
    let mut formulas = workbook.worksheet_cells_reader(name).map_err(damaged)?;
    while let Some(formula) = formulas.next_formula().map_err(damaged)? {
        let (row, column) = formula.get_position();
        cells += 1;
        if cells > CELLS_MAX {
            return Err(RegisterError::TooManyCells);
        }
        if formula.get_value().is_empty() || column as usize >= COLUMNS_MAX {
            continue;
        }
        // Only in rows that have something of their own: a list's empty lines may be full of prepared formulas.
        if let Some(cells) = sheet.get_mut(&row) {
            cells.entry(column).or_insert_with(|| SheetCell {
                text: String::new(),
                odd: Some(Odd::Formula),
            });
        }
    }
    Ok(sheet)
}

/// A cell as a person reads it, or `None` for an empty one. Numbers have no exponent and no `.0`.
fn text_of(value: &DataRef<'_>) -> Option<SheetCell> {
    let plain = |text: String| SheetCell { text, odd: None };
    let cell = match value {
        DataRef::Empty => return None,
        DataRef::Int(number) => plain(number.to_string()),
        DataRef::Float(number) => plain(number_text(*number)),
        DataRef::String(text) => plain(text.clone()),
        DataRef::SharedString(text) => plain((*text).to_owned()),
        DataRef::Bool(yes) => plain(if *yes { "ya" } else { "tidak" }.to_owned()),
        DataRef::DateTime(instant) => SheetCell {
            text: date_text(instant),
            odd: Some(Odd::Date),
        },
        DataRef::DateTimeIso(text) => SheetCell {
            text: text.clone(),
            odd: Some(Odd::Date),
        },
        DataRef::DurationIso(text) => plain(text.clone()),
        DataRef::Error(error) => SheetCell {
            text: String::new(),
            odd: Some(Odd::Error(error.to_string())),
        },
    };
    (cell.odd.is_some() || !trimmed(&cell.text).is_empty()).then_some(cell)
}

/// 17.0 is "17", 81200000123.0 is "81200000123", 2.5 is "2.5".
fn number_text(number: f64) -> String {
    if number == 0.0 {
        "0".to_owned()
    } else {
        format!("{number}")
    }
}

fn date_text(instant: &ExcelDateTime) -> String {
    // Dates outside of what a spreadsheet itself can show are kept as their number.
    if !instant.is_datetime() || !(0.0..2_958_466.0).contains(&instant.as_f64()) {
        return number_text(instant.as_f64());
    }
    let (year, month, day, hour, minute, second, _) = instant.to_ymd_hms_milli();
    if (hour, minute, second) == (0, 0, 0) {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
    }
}

/// A row as a dense line of texts.
fn line_of(sheet: &Sheet, row: u32) -> Vec<String> {
    let Some(cells) = sheet.get(&row) else {
        return Vec::new();
    };
    let width = cells
        .keys()
        .next_back()
        .map_or(0, |last| *last as usize + 1);
    let mut line = vec![String::new(); width.min(COLUMNS_MAX)];
    for (column, cell) in cells {
        if let Some(place) = line.get_mut(*column as usize) {
            place.clone_from(&cell.text);
        }
    }
    line
}

fn heading_row(sheet: &Sheet, mapping: &Mapping) -> Option<u32> {
    let mut best = (0, 0);
    let mut chosen = None;
    for row in sheet.keys().take(HEADING_LINES_MAX) {
        let line = line_of(sheet, *row);
        let filled = line.iter().filter(|text| !trimmed(text).is_empty()).count();
        // Among rows that name as much, a lone word is rather a title.
        let rank = (heading_score(&line, mapping), filled.min(2));
        if rank.0 > 0 && rank > best {
            best = rank;
            chosen = Some(*row);
        }
    }
    chosen
}

fn assemble(
    workbook: &mut Workbook<'_>,
    name: &str,
    mut sheet: Sheet,
    heading: u32,
    mapping: &Mapping,
    named: bool,
) -> Result<RegisterTable, RegisterError> {
    let mut assembler = Assembler::new(heading as usize + 1, &line_of(&sheet, heading), mapping)?;
    if named {
        assembler = assembler.of_sheet(name);
    }
    let merged = workbook.merge_cells_by_sheet_name(name).map_err(damaged)?;
    // A heading may itself be merged over two or three rows; the list begins below it.
    let last_heading = merged
        .iter()
        .filter(|region| {
            region.start.0 <= heading && heading < region.end.0 && region.end.0 - heading < 5
        })
        .map(|region| region.end.0)
        .max()
        .unwrap_or(heading);
    let mut body = sheet.split_off(&last_heading.saturating_add(1));
    // A row that has nothing of its own is an empty line, even if a merged cell reaches over it.
    body.retain(|_, cells| {
        cells
            .values()
            .any(|cell| cell.odd.is_some() || !trimmed(&cell.text).is_empty())
    });
    spread_merged(
        &mut body,
        &merged,
        assembler.taken().keys().copied().collect(),
    )?;
    for (row, cells) in &body {
        let line = *row as usize + 1;
        for (column, cell) in cells {
            report_odd(&mut assembler, line, *column as usize, cell);
        }
        assembler.push(line, |column| {
            u32::try_from(column)
                .ok()
                .and_then(|column| cells.get(&column))
                .map(|cell| cell.text.as_str())
        })?;
    }
    Ok(assembler.finish())
}

/// Gives the value of each merged cell to every filled row that it spans. Errors: `TooManyCells` past a work limit.
fn spread_merged(
    body: &mut Sheet,
    merged: &[Dimensions],
    columns: Vec<usize>,
) -> Result<(), RegisterError> {
    let mut steps = 0;
    for region in merged {
        let (top, column) = region.start;
        if region.end.0 <= top || !columns.contains(&(column as usize)) {
            continue;
        }
        let Some(value) = body
            .get(&top)
            .and_then(|cells| cells.get(&column))
            .map(|cell| cell.text.clone())
        else {
            continue;
        };
        for (_, cells) in body.range_mut(top.saturating_add(1)..=region.end.0) {
            steps += 1;
            if steps > CELLS_MAX {
                return Err(RegisterError::TooManyCells);
            }
            cells.entry(column).or_insert_with(|| SheetCell {
                text: value.clone(),
                odd: None,
            });
        }
    }
    Ok(())
}

fn report_odd(assembler: &mut Assembler, line: usize, column: usize, cell: &SheetCell) {
    let Some(field) = assembler.taken().get(&column).copied() else {
        return;
    };
    match &cell.odd {
        Some(Odd::Error(shown)) => {
            let reason = format!(
                "the cell shows {shown} and was read as empty; repair the formula or type the value"
            );
            assembler.warn(line, column, "cell_error", reason);
        }
        Some(Odd::Formula) => {
            let reason = "the cell holds a formula without its value and was read as empty; \
                          open the file in a spreadsheet program and save it, or type the value";
            assembler.warn(
                line,
                column,
                "cell_formula_without_value",
                reason.to_owned(),
            );
        }
        Some(Odd::Date) if matches!(field, "stall" | "register_no" | "phone" | "name") => {
            let reason = format!(
                "the spreadsheet made the date {:?} of this cell; format the column as text and type it again",
                cell.text
            );
            assembler.warn(line, column, "cell_is_date", reason);
        }
        _ => {}
    }
}
