//! The figures of all runs: each with its unit, its goal and how it was measured; as a table and as JSON.

use serde_json::{Value, json};

use crate::table::{aligned, number};

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

/// One figure, with a value of each run.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    section: String,
    what: String,
    values: Vec<f64>,
    unit: String,
    goal: Goal,
    how: String,
}

impl Figure {
    /// The middle of all runs: of an even number the mean of the two in the middle.
    fn median(&self) -> f64 {
        let sorted = self.sorted();
        let (low, high) = ((sorted.len() - 1) / 2, sorted.len() / 2);
        (sorted[low] + sorted[high]) / 2.0
    }

    fn sorted(&self) -> Vec<f64> {
        let mut sorted = self.values.clone();
        sorted.sort_by(f64::total_cmp);
        sorted
    }

    /// Lowest and highest, where the runs differ.
    fn spread(&self) -> Option<(f64, f64)> {
        let sorted = self.sorted();
        let (low, high) = (sorted[0], sorted[sorted.len() - 1]);
        (low < high).then_some((low, high))
    }
}

/// The figures of all runs, and the sections that gave none.
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

    /// Takes a figure of this run and prints it, so that a long run shows where it is.
    pub fn take(&mut self, what: &str, value: f64, unit: &str, goal: Goal, how: &str) {
        println!("{what}: {} {unit}", number(value));
        let known = |figure: &&mut Figure| figure.what == what && figure.section == self.section;
        match self.taken.iter_mut().find(known) {
            Some(figure) => figure.values.push(value),
            None => self.taken.push(Figure {
                section: self.section.clone(),
                what: what.to_owned(),
                values: vec![value],
                unit: unit.to_owned(),
                goal,
                how: how.to_owned(),
            }),
        }
    }

    /// A section broke off; what it had taken stays.
    pub fn failed(&mut self, section: &str) {
        self.failed.push(section.to_owned());
    }

    pub fn any_failed(&self) -> bool {
        !self.failed.is_empty()
    }

    /// The latest value of a figure, that others of the same run are set beside.
    pub fn value(&self, what: &str) -> Option<f64> {
        let figure = self.taken.iter().find(|figure| figure.what == what)?;
        figure.values.last().copied()
    }

    /// The middle of all runs.
    pub fn median(&self, what: &str) -> Option<f64> {
        let figure = self.taken.iter().find(|figure| figure.what == what)?;
        Some(figure.median())
    }

    /// The table: a line for each figure.
    pub fn table(&self) -> String {
        let heading = [
            "figure",
            "median",
            "unit",
            "lowest to highest",
            "goal",
            "",
            "how it was measured",
        ];
        let mut rows = vec![heading.map(str::to_owned)];
        for figure in &self.taken {
            let verdict = match figure.goal.reached(figure.median()) {
                None => "",
                Some(true) => "reached",
                Some(false) => "MISSED",
            };
            let spread = figure.spread();
            let spread = spread.map(|(low, high)| format!("{} – {}", number(low), number(high)));
            rows.push([
                figure.what.clone(),
                number(figure.median()),
                figure.unit.clone(),
                spread.unwrap_or_default(),
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

    /// `{quick, machine, figures: [{section, what, median, values, unit, goal, reached, how}], failed}`.
    pub fn json(&self, quick: bool, machine: &Value) -> Value {
        let figures: Vec<Value> = self
            .taken
            .iter()
            .map(|figure| {
                json!({
                    "section": figure.section,
                    "what": figure.what,
                    "median": figure.median(),
                    "values": figure.values,
                    "unit": figure.unit,
                    "goal": figure.goal.shown(),
                    "reached": figure.goal.reached(figure.median()),
                    "how": figure.how,
                })
            })
            .collect();
        json!({ "quick": quick, "machine": machine, "figures": figures, "failed": self.failed })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_says_which_goals_are_reached() {
        let mut figures = Figures::default();
        figures.begin("first-sync");
        figures.take("bytes down", 1_200.0, "bytes", Goal::None, "a proxy counts");
        for run in [0.7, 0.9, 0.6] {
            figures.take("ratio", run, "×", Goal::AtMost(1.0), "a / b");
        }
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
            "figure           median  unit   lowest to highest  goal              how it was measured\n\
             bytes down        1,200  bytes                                       a proxy counts\n\
             ratio              0.70  ×      0.60 – 0.90        ≤ 1      reached  a / b\n\
             visits a second     900  /s                        ≥ 1,000  MISSED   by the clock\n\
             load broke off: see its message above\n"
        );
        assert!(figures.any_failed());
        assert_eq!(figures.value("ratio"), Some(0.6));
        assert_eq!(figures.median("ratio"), Some(0.7));
    }

    #[test]
    fn of_two_runs_the_middle_is_between_them() {
        let mut figures = Figures::default();
        for run in [2.0, 1.0] {
            figures.take("ratio", run, "×", Goal::None, "");
        }
        assert_eq!(figures.median("ratio"), Some(1.5));
        assert_eq!(figures.median("another"), None);
    }

    #[test]
    fn the_json_holds_what_the_table_shows() {
        let mut figures = Figures::default();
        figures.begin("saves");
        figures.take("save p99", 12.0, "ms", Goal::AtMost(10.0), "how");
        let document = figures.json(true, &json!({ "cores": 2 }));
        assert_eq!(document["figures"][0]["reached"], false);
        assert_eq!(document["figures"][0]["section"], "saves");
        assert_eq!(document["figures"][0]["values"], json!([12.0]));
        assert_eq!(document["machine"]["cores"], 2);
    }
}
