//! The comparison with other sync engines: one work, one machine, one run.

use serde_json::Value;

/// Ours in the comparison, and what is no product: one request of columns without checks or rights.
pub const OURS: &str = "ours";
pub const FLOOR: &str = "floor";

/// One engine.
#[derive(Debug, Clone, PartialEq)]
pub struct Engine {
    pub name: String,
    pub row: Value,
}

/// One thing that is compared.
#[derive(Debug, Clone, Copy)]
pub struct Work {
    /// The chart's file.
    pub name: &'static str,
    pub title: &'static str,
    pub unit: &'static str,
    /// Members of an engine's row, which are added, and by what their sum is divided.
    fields: &'static [(&'static str, &'static str)],
    by: f64,
}

const KIB: f64 = 1_024.0;
const MS: f64 = 1_000.0;

pub const WORKS: &[Work] = &[
    Work {
        name: "w1-bytes",
        title: "First sync of 9,000 traders: bytes on the line",
        unit: "KiB",
        fields: &[("W1", "up"), ("W1", "down")],
        by: KIB,
    },
    Work {
        name: "w1-seconds",
        title: "First sync of 9,000 traders: time",
        unit: "s",
        fields: &[("W1", "wall")],
        by: MS,
    },
    Work {
        name: "w1-client-memory",
        title: "First sync: memory of the client",
        unit: "MiB",
        fields: &[("W1", "rss")],
        by: KIB,
    },
    Work {
        name: "w1-server-memory",
        title: "First sync: memory of the server",
        unit: "MiB",
        fields: &[("W1", "serverRss")],
        by: KIB,
    },
    Work {
        name: "w2-bytes",
        title: "A day of 40 visits: bytes sent",
        unit: "KiB",
        fields: &[("W2", "up")],
        by: KIB,
    },
    Work {
        name: "w2-seconds",
        title: "A day of 40 visits: time",
        unit: "s",
        fields: &[("W2", "wall")],
        by: MS,
    },
    Work {
        name: "w3-bytes",
        title: "25 tablets meet: bytes on the line",
        unit: "KiB",
        fields: &[("W3", "bytes")],
        by: KIB,
    },
    Work {
        name: "w3-computing",
        title: "25 tablets meet: computing on both sides",
        unit: "s",
        fields: &[("W3", "cpu"), ("W3", "serverCpu")],
        by: MS,
    },
    Work {
        name: "w4-seconds",
        title: "The sorted list opened anew: time",
        unit: "s",
        fields: &[("W4", "wall")],
        by: MS,
    },
];

/// The engines of a run, in its order.
pub fn read(document: &Value) -> Vec<Engine> {
    let engines = document["peers"].as_object().into_iter().flatten();
    engines
        .map(|(name, row)| Engine {
            name: name.clone(),
            row: row.clone(),
        })
        .collect()
}

impl Engine {
    /// `None` where this engine was not measured.
    pub fn value(&self, work: &Work) -> Option<f64> {
        let parts = work.fields.iter();
        let sum: Option<f64> = parts.map(|(part, of)| self.row[part][of].as_f64()).sum();
        sum.map(|sum| sum / work.by)
    }
}

/// The bars of a chart, the smallest first.
pub fn bars(work: &Work, engines: &[Engine]) -> Vec<(String, f64)> {
    let mut bars: Vec<_> = engines
        .iter()
        .filter_map(|engine| Some((engine.name.clone(), engine.value(work)?)))
        .collect();
    bars.sort_by(|a, b| a.1.total_cmp(&b.1));
    bars
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn bars_are_sorted_and_what_was_not_measured_has_none() {
        let document = json!({ "peers": {
            "slow": { "W1": { "up": 1024, "down": 4096 } },
            "ours": { "W1": { "up": 0, "down": 1024 } },
            "torn": { "W1": {} },
        }});
        let engines = read(&document);
        let bars = bars(&WORKS[0], &engines);
        assert_eq!(bars, [("ours".to_owned(), 1.0), ("slow".to_owned(), 5.0)]);
    }
}
