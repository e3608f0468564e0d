//! A table of text: numbers with few digits, columns as wide as their widest cell.

/// Few digits, and groups of three in large numbers.
pub fn number(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && size < 10.0 && value.fract() != 0.0 {
        return format!("{value:.2}");
    }
    if size < 100.0 && value.fract() != 0.0 {
        return format!("{value:.1}");
    }
    let digits = format!("{:.0}", size);
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if value < 0.0 {
        format!("-{grouped}")
    } else {
        grouped
    }
}

/// Columns as wide as their widest cell; the second one to the right, the last one as it is.
pub fn aligned<const N: usize>(rows: &[[String; N]]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..N).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            match column {
                1 => line.push_str(&format!("{cell:>width$}  ")),
                last if last + 1 == N => line.push_str(cell),
                _ => line.push_str(&format!("{cell:<width$}  ")),
            }
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_grouped() {
        for (value, shown) in [
            (0.0, "0"),
            (0.654, "0.65"),
            (9.0, "9"),
            (42.25, "42.2"),
            (150.4, "150"),
            (9_000.0, "9,000"),
            (1_234_567.0, "1,234,567"),
            (-1_000.0, "-1,000"),
        ] {
            assert_eq!(number(value), shown);
        }
    }
}
