//! The figures of a run: each with its unit, its goal and how it was measured; as a table and as JSON.

use serde_json::{Value, json};

/// What a figure has to reach.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Goal {
    None,
    AtMost(f64),
    AtLeast(f64),
}

impl Goal {
    fn reached(self, value: f64) -> Option<bool> {
        match self {
            Self::None => None,
            Self::AtMost(limit) => Some(value <= limit),
            Self::AtLeast(limit) => Some(value >= limit),
        }
    }

    fn shown(self) -> String {
        match self {
            Self::None => String::new(),
            Self::AtMost(limit) => format!("≤ {}", number(limit)),
            Self::AtLeast(limit) => format!("≥ {}", number(limit)),
        }
    }
}

/// One figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    section: String,
    what: String,
    value: f64,
    unit: String,
    goal: Goal,
    how: String,
}

/// All figures of a run, and the sections that gave none.
#[derive(Debug, Default)]
pub struct Figures {
    section: String,
    taken: Vec<Figure>,
    failed: Vec<String>,
}

impl Figures {
    /// From here on the figures belong to this section.
    pub fn begin(&mut self, section: &str) {
        self.section = section.to_owned();
    }

    /// Takes a figure and prints it, so that a long run shows where it is.
    pub fn take(&mut self, what: &str, value: f64, unit: &str, goal: Goal, how: &str) {
        println!("{what}: {} {unit}", number(value));
        self.taken.push(Figure {
            section: self.section.clone(),
            what: what.to_owned(),
            value,
            unit: unit.to_owned(),
            goal,
            how: how.to_owned(),
        });
    }

    /// A section broke off; what it had taken stays.
    pub fn failed(&mut self, section: &str) {
        self.failed.push(section.to_owned());
    }

    pub fn any_failed(&self) -> bool {
        !self.failed.is_empty()
    }

    /// A figure of this run that others are set beside.
    pub fn value(&self, what: &str) -> Option<f64> {
        self.taken
            .iter()
            .find(|figure| figure.what == what)
            .map(|figure| figure.value)
    }

    /// The table: a line for each figure.
    pub fn table(&self) -> String {
        let heading = ["figure", "value", "unit", "goal", "", "how it was measured"];
        let mut rows = vec![heading.map(str::to_owned)];
        for figure in &self.taken {
            let verdict = match figure.goal.reached(figure.value) {
                None => "",
                Some(true) => "reached",
                Some(false) => "MISSED",
            };
            rows.push([
                figure.what.clone(),
                number(figure.value),
                figure.unit.clone(),
                figure.goal.shown(),
                verdict.to_owned(),
                figure.how.clone(),
            ]);
        }
        let mut text = aligned(&rows);
        for section in &self.failed {
            text.push_str(&format!("{section} broke off: see its message above\n"));
        }
        text
    }

    /// `{quick, machine, figures: [{section, what, value, unit, goal, reached, how}], failed}`.
    pub fn json(&self, quick: bool, machine: &Value) -> Value {
        let figures: Vec<Value> = self
            .taken
            .iter()
            .map(|figure| {
                json!({
                    "section": figure.section,
                    "what": figure.what,
                    "value": figure.value,
                    "unit": figure.unit,
                    "goal": figure.goal.shown(),
                    "reached": figure.goal.reached(figure.value),
                    "how": figure.how,
                })
            })
            .collect();
        json!({ "quick": quick, "machine": machine, "figures": figures, "failed": self.failed })
    }
}

/// Few digits, and groups of three in large numbers.
fn number(value: f64) -> String {
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
fn aligned<const N: usize>(rows: &[[String; N]]) -> String {
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

    #[test]
    fn the_table_says_which_goals_are_reached() {
        let mut figures = Figures::default();
        figures.begin("first-sync");
        figures.take("bytes down", 1_200.0, "bytes", Goal::None, "a proxy counts");
        figures.take("ratio", 0.7, "×", Goal::AtMost(1.0), "a / b");
        figures.take(
            "visits a second",
            900.0,
            "/s",
            Goal::AtLeast(1_000.0),
            "by the clock",
        );
        figures.failed("load");
        assert_eq!(
            figures.table(),
            "figure           value  unit   goal              how it was measured\n\
             bytes down       1,200  bytes                    a proxy counts\n\
             ratio             0.70  ×      ≤ 1      reached  a / b\n\
             visits a second    900  /s     ≥ 1,000  MISSED   by the clock\n\
             load broke off: see its message above\n"
        );
        assert!(figures.any_failed());
        assert_eq!(figures.value("ratio"), Some(0.7));
    }

    #[test]
    fn the_json_holds_what_the_table_shows() {
        let mut figures = Figures::default();
        figures.begin("saves");
        figures.take("save p99", 12.0, "ms", Goal::AtMost(10.0), "how");
        let document = figures.json(true, &json!({ "cores": 2 }));
        assert_eq!(document["figures"][0]["reached"], false);
        assert_eq!(document["figures"][0]["section"], "saves");
        assert_eq!(document["machine"]["cores"], 2);
    }
}
