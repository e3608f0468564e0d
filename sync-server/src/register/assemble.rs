//! From lines of cells to a register: finds the heading, gives columns their fields, collects rows.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::fields::{Mapping, plain, ranked_field};
use super::{FIELDS, Finding, ROWS_MAX, RegisterError, RegisterTable, Row};

/// How many columns of a line have a known or mapped heading: the line with the most is the heading.
pub(super) fn heading_score(cells: &[String], mapping: &Mapping) -> usize {
    let mut seen: Vec<&str> = Vec::new();
    for cell in cells {
        let mapped = mapping
            .iter()
            .find(|(column, _)| same_heading(column, cell))
            .map(|(_, field)| *field);
        if let Some(field) = mapped.or_else(|| ranked_field(cell).map(|(field, _)| field))
            && !seen.contains(&field)
        {
            seen.push(field);
        }
    }
    seen.len()
}

fn same_heading(wanted: &str, cell: &str) -> bool {
    let cell = cell.trim();
    !cell.is_empty()
        && (wanted == cell || (plain(wanted) == plain(cell) && !plain(cell).is_empty()))
}

/// The error for a file in which no line could be the heading. It does not show the line: it may be a person's.
pub(super) fn no_heading(first_line: &[String]) -> RegisterError {
    RegisterError::NoHeading {
        cells: first_line.iter().filter(|c| !c.trim().is_empty()).count(),
        known: FIELDS.join(", "),
    }
}

/// Collects the rows below a heading.
pub(super) struct Assembler {
    /// Column index to field.
    taken: BTreeMap<usize, &'static str>,
    table: RegisterTable,
    /// Named in the rows where a workbook has several lists.
    sheet: Option<Arc<str>>,
}

impl Assembler {
    /// All rows from here on are of this sheet.
    pub(super) fn of_sheet(mut self, name: &str) -> Self {
        self.sheet = Some(name.into());
        self
    }

    /// Gives each column of `heading` (at `line`) its field. Errors: `UnknownColumn` for a mapped column that is not there.
    pub(super) fn new(
        line: usize,
        heading: &[String],
        mapping: &Mapping,
    ) -> Result<Self, RegisterError> {
        let mut taken: BTreeMap<usize, &'static str> = BTreeMap::new();
        for (column, field) in mapping {
            let exact = heading.iter().position(|cell| cell.trim() == column);
            let place =
                exact.or_else(|| heading.iter().position(|cell| same_heading(column, cell)));
            let Some(place) = place else {
                let existing: Vec<&str> = heading
                    .iter()
                    .map(|cell| cell.trim())
                    .filter(|cell| !cell.is_empty())
                    .collect();
                return Err(RegisterError::UnknownColumn {
                    column: column.clone(),
                    existing: existing.join(", "),
                });
            };
            taken.insert(place, *field);
        }
        let mut table = RegisterTable::default();
        for field in FIELDS
            .into_iter()
            .filter(|field| !mapping.iter().any(|(_, mapped)| mapped == field))
        {
            let mut candidates: Vec<(usize, usize)> = heading
                .iter()
                .enumerate()
                .filter(|(place, _)| !taken.contains_key(place))
                .filter_map(|(place, cell)| {
                    ranked_field(cell)
                        .filter(|(f, _)| *f == field)
                        .map(|(_, rank)| (rank, place))
                })
                .collect();
            candidates.sort_unstable();
            let mut places = candidates.into_iter().map(|(_, place)| place);
            if let Some(place) = places.next() {
                taken.insert(place, field);
            }
            for place in places {
                let column = heading
                    .get(place)
                    .map(|cell| cell.trim().to_owned())
                    .unwrap_or_default();
                table.warnings.push(Finding {
                    row: line,
                    reason: format!("column {column:?} could also be {field}; it was left out, use --map to choose it"),
                    column,
                    code: "column_ambiguous",
                });
            }
        }
        for (place, cell) in heading.iter().enumerate() {
            let cell = cell.trim();
            match taken.get(&place) {
                Some(field) => {
                    table.columns.insert(field, cell.to_owned());
                }
                None if !cell.is_empty() => table.columns_ignored.push(cell.to_owned()),
                None => {}
            }
        }
        Ok(Self {
            taken,
            table,
            sheet: None,
        })
    }

    /// The columns that have a field, with it.
    pub(super) fn taken(&self) -> &BTreeMap<usize, &'static str> {
        &self.taken
    }

    /// Adds a warning about a cell; `column` is its index.
    pub(super) fn warn(&mut self, row: usize, column: usize, code: &'static str, reason: String) {
        let column = self
            .taken
            .get(&column)
            .and_then(|field| self.table.columns.get(field))
            .cloned()
            .unwrap_or_default();
        let reason = match &self.sheet {
            Some(sheet) => format!("sheet {sheet}: {reason}"),
            None => reason,
        };
        self.table.warnings.push(Finding {
            row,
            column,
            reason,
            code,
        });
    }

    /// Adds one filled line. `cell` gives the text of a column index. Errors: `TooManyRows`.
    pub(super) fn push<'t>(
        &mut self,
        line: usize,
        cell: impl Fn(usize) -> Option<&'t str>,
    ) -> Result<(), RegisterError> {
        if self.table.rows.len() >= ROWS_MAX {
            return Err(RegisterError::TooManyRows { rows_max: ROWS_MAX });
        }
        let mut cells = BTreeMap::new();
        for (place, field) in &self.taken {
            if let Some(text) = cell(*place).map(trimmed).filter(|text| !text.is_empty()) {
                cells.insert(*field, text.to_owned());
            }
        }
        self.table.rows.push(Row {
            line,
            sheet: self.sheet.clone(),
            cells,
        });
        Ok(())
    }

    pub(super) fn finish(self) -> RegisterTable {
        self.table
    }
}

/// Text without spaces, line ends, zero bytes and invisible marks at its ends.
pub(super) fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\0' | '\u{feff}' | '\u{200b}'))
}
