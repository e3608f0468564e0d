//! The formulas of the workbook's first two sheets, each with its value.

use crate::export_files::{Cell, DATA_ROW};

/// A share stays empty where there is nothing to divide by.
pub fn formula(text: String, value: Cell) -> Cell {
    match value {
        Cell::Real(value) => Cell::Formula(text, value),
        Cell::Int(value) => Cell::Formula(text, value as f64),
        other => other,
    }
}

/// The shares of each row, and the sums of the total rows (the last, one a stage).
pub fn with_formulas(rows: &mut [Vec<Cell>]) {
    let total_from = rows
        .iter()
        .position(|row| row.first() == Some(&Cell::Text("TOTAL".to_owned())))
        .unwrap_or(rows.len());
    let last = (DATA_ROW + total_from).saturating_sub(1);
    let mut first = DATA_ROW;
    for (place, cells) in rows.iter_mut().enumerate() {
        let row = DATA_ROW + place;
        let [
            _,
            stage,
            _,
            _,
            count,
            implied,
            of_previous,
            of_listed,
            with_before,
        ] = cells.as_mut_slice()
        else {
            continue;
        };
        let begins = *stage == Cell::Int(1);
        if begins {
            first = row;
        }
        let previous = if begins { row } else { row - 1 };
        let put = |cell: &mut Cell, text: String| {
            let value = std::mem::replace(cell, Cell::Empty);
            *cell = formula(text, value);
        };
        put(of_previous, format!("=E{row}/E{previous}"));
        put(of_listed, format!("=E{row}/E{first}"));
        if place >= total_from && last >= DATA_ROW {
            for (cell, column) in [(count, 'E'), (implied, 'F'), (with_before, 'I')] {
                put(
                    cell,
                    format!(
                        "=SUMIF(B${DATA_ROW}:B${last},B{row},{column}${DATA_ROW}:{column}${last})"
                    ),
                );
            }
        }
    }
}
