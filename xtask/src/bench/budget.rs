//! The budget: how large and how slow things may become before somebody has to say that it is worth it.
//!
//! Sizes and counts are the same on every machine and are held as they are. Seconds are held as a ratio to a figure of the same
//! run that measures the machine alone, never by themselves.

use std::path::Path;

use serde::Deserialize;

use crate::figures::Figures;
use crate::table::{aligned, number};

/// One line of the budget.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// The figure's name.
    figure: String,
    /// The figure of the same run that it is divided by, for whatever depends on the machine.
    over: Option<String>,
    at_most: Option<f64>,
    at_least: Option<f64>,
}

/// Reads the budget. Errors: in words, with what to do.
pub fn read(path: &Path) -> Result<Vec<Limit>, String> {
    let failed = |error: String| {
        let path = path.display();
        format!(
            "the budget {path} was not read: {error}\nhint: it is a list of {{figure, over, at_most, at_least}}"
        )
    };
    let text = std::fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
    let limits: Vec<Limit> = serde_json::from_str(&text).map_err(|e| failed(e.to_string()))?;
    let idle = limits
        .iter()
        .find(|limit| limit.at_most.or(limit.at_least).is_none());
    match idle {
        Some(limit) => Err(failed(format!("{} has no limit", limit.figure))),
        None => Ok(limits),
    }
}

impl Limit {
    fn name(&self) -> String {
        match &self.over {
            Some(over) => format!("{} ÷ {over}", self.figure),
            None => self.figure.clone(),
        }
    }

    /// Errors: a figure that this run did not take.
    fn value(&self, figures: &Figures) -> Result<f64, String> {
        let taken = |what: &str| (figures.median(what)).ok_or(format!("not taken: {what}"));
        let value = taken(&self.figure)?;
        let Some(over) = &self.over else {
            return Ok(value);
        };
        match taken(over)? {
            over if over > 0.0 => Ok(value / over),
            _ => Err(format!("{over} is 0")),
        }
    }

    fn holds(&self, value: f64) -> bool {
        self.at_most.is_none_or(|limit| value <= limit)
            && self.at_least.is_none_or(|limit| value >= limit)
    }

    fn shown(&self) -> String {
        let most = self.at_most.map(|limit| format!("≤ {}", number(limit)));
        let least = self.at_least.map(|limit| format!("≥ {}", number(limit)));
        [most, least]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(", ")
    }
}

/// The budget beside the figures, and whether all of it is held. A figure that was not taken is not held.
pub fn hold(limits: &[Limit], figures: &Figures) -> (String, bool) {
    let mut rows = vec![["budget", "value", "limit", ""].map(str::to_owned)];
    let mut all = true;
    for limit in limits {
        let value = limit.value(figures);
        let holds = value.as_ref().is_ok_and(|value| limit.holds(*value));
        all &= holds;
        rows.push([
            limit.name(),
            value.map_or_else(|error| error, number),
            limit.shown(),
            if holds { "held" } else { "BROKEN" }.to_owned(),
        ]);
    }
    (aligned(&rows), all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::Goal;

    fn limits(text: &str) -> Result<Vec<Limit>, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("budget.json");
        std::fs::write(&path, text).unwrap();
        read(&path)
    }

    #[test]
    fn seconds_are_held_by_their_ratio_and_bytes_as_they_are() {
        let limits = limits(
            r#"[{"figure": "save", "over": "commit", "at_most": 2.2},
                {"figure": "bytes", "at_most": 100},
                {"figure": "rate", "over": "commit", "at_least": 3}]"#,
        )
        .unwrap();
        let mut figures = Figures::default();
        for (what, value) in [
            ("save", 8.0),
            ("commit", 4.0),
            ("bytes", 90.0),
            ("rate", 12.0),
        ] {
            figures.take(what, value, "", Goal::None, "");
        }
        assert!(hold(&limits, &figures).1);
        figures.take("bytes", 120.0, "", Goal::None, "");
        let (table, all) = hold(&limits, &figures);
        assert!(!all);
        assert!(table.contains("BROKEN"), "{table}");
    }

    #[test]
    fn what_was_not_taken_is_not_held() {
        let limits = limits(r#"[{"figure": "bytes", "at_most": 100}]"#).unwrap();
        let (table, all) = hold(&limits, &Figures::default());
        assert!(!all);
        assert!(table.contains("not taken: bytes"), "{table}");
    }

    #[test]
    fn a_line_without_a_limit_or_with_a_slip_is_refused() {
        assert!(
            limits(r#"[{"figure": "bytes"}]"#)
                .unwrap_err()
                .contains("no limit")
        );
        let error = limits(r#"[{"figure": "bytes", "atmost": 3}]"#).unwrap_err();
        assert!(error.contains("hint:"), "{error}");
    }

    #[test]
    fn the_budget_of_this_repository_can_be_read() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("budget.json");
        assert!(!read(&path).unwrap().is_empty());
    }
}
