//! The text of `docs/performance.md`.

use std::fmt::Write;

use serde_json::Value;

use super::chart::shown;
use super::engines::{Engine, WORKS};

const HEAD: &str = "<!-- generated, do not edit: `cargo xtask performance` -->
# Performance

All figures are made by the programs as they ship: encrypted store, every check, every answer after its commit. A machine that others
use too makes seconds swing; bytes, memory and ratios of one run do not.

## Beside other sync engines

The same work in one run, each engine through a counting proxy: **W1** an empty tablet takes 9,000 traders; **W2** one sends a day of
40 visits with five changed fields each; **W3** 25 tablets that worked offline meet; **W4** the sorted list is opened anew. `floor` is
no product: one request of columns under zstd, without rights, checks or a history. A name with `-z` is the engine with compression
of its line switched on.
";

const GOALS: &str = "
## Goals

`cargo xtask bench` takes these figures; a goal is held against the median of its runs.

";

const HOW: &str = "
## How to measure

- `cargo xtask bench` takes every figure (`--quick` with smaller counts, `--only first-sync,load`, `--runs 5`) and writes them to
  `target/bench.json`; `cargo xtask performance --figures target/bench.json` makes this page of them.
- `cargo xtask bench --check` holds smaller counts against `xtask/budget.json`: sizes as they are, seconds only as ratios to what the
  same machine needs for a bare commit or a fixed bit of computing in the same run.
- `cargo xtask peer-server` and `cargo xtask peer-client STEP JSON` are one side of the comparison; it names them as `OURS_SERVER` and
  `OURS_CLIENT`. A trader's and a visit's fields that our definition does not have travel there as unknown fields do.
";

/// The page.
pub fn page(figures: &Value, engines: &[Engine]) -> String {
    let mut text = HEAD.to_owned();
    for work in WORKS {
        line(
            &mut text,
            format_args!("\n![{}](performance/{}.svg)", work.title, work.name),
        );
    }
    text.push_str("\n| engine | equal replicas | visits there | single writes lost | both of two fields | later of one field | overwritten value still to be had | disk of client / server, MiB |\n");
    text.push_str("|---|---|---|---|---|---|---|---|\n");
    engines
        .iter()
        .for_each(|engine| promises(&mut text, engine));
    text.push_str(GOALS);
    let rows = figures["figures"].as_array();
    let with_goal = |row: &&Value| row["goal"].as_str().is_some_and(|goal| !goal.is_empty());
    table(&mut text, rows.into_iter().flatten().filter(with_goal));
    text.push_str("\n## All others\n\n");
    table(
        &mut text,
        rows.into_iter().flatten().filter(|row| !with_goal(row)),
    );
    let machine = &figures["machine"];
    line(
        &mut text,
        format_args!(
            "\nTaken on {} cores, {} of memory, others at work beside it (load {}).",
            machine["cores"],
            machine["memory"].as_str().unwrap_or("–"),
            machine["load_average"].as_str().unwrap_or("–"),
        ),
    );
    text.push_str(HOW);
    text
}

/// What an engine kept.
fn promises(text: &mut String, engine: &Engine) {
    let checks = engine.row["check"].as_array();
    let Some(check) = checks.and_then(|checks| checks.last()) else {
        return line(
            text,
            format_args!("| {} | not run with 25 |  |  |  |  |  |  |", engine.name),
        );
    };
    let equal = check["groups"].as_array().into_iter().flatten();
    let equal = equal.filter_map(Value::as_u64).max().unwrap_or(0);
    let words = |of: &str| check[of].as_str().unwrap_or("–").to_owned();
    let disk = |of: &str| shown(engine.row["disk"][of].as_f64().unwrap_or(0.0) / 1_048_576.0);
    line(
        text,
        format_args!(
            "| {} | {equal} of {} | {} of {} | {} of {} | {} | {} | {} | {} / {} |",
            engine.name,
            check["replicas"],
            check["visits"],
            check["visitsExpected"],
            check["singleLost"],
            check["single"],
            words("diff"),
            words("laterWon"),
            words("losersRecoverable"),
            disk("clientAfterDay"),
            disk("serverAfterDay"),
        ),
    );
}

fn table<'v>(text: &mut String, rows: impl Iterator<Item = &'v Value>) {
    text.push_str("| figure | median | lowest to highest | goal | | how it was measured |\n|---|---:|---|---|---|---|\n");
    for row in rows {
        let words = |of: &str| row[of].as_str().unwrap_or_default();
        let values = row["values"].as_array().into_iter().flatten();
        let values: Vec<f64> = values.filter_map(Value::as_f64).collect();
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let spread = if low < high {
            format!("{} – {}", shown(low), shown(high))
        } else {
            String::new()
        };
        let verdict = match row["reached"].as_bool() {
            None => "",
            Some(true) => "reached",
            Some(false) => "**missed**",
        };
        line(
            text,
            format_args!(
                "| {} | {} {} | {spread} | {} | {verdict} | {} |",
                words("what"),
                shown(row["median"].as_f64().unwrap_or(0.0)),
                words("unit"),
                words("goal"),
                words("how"),
            ),
        );
    }
}

// Writing into a String cannot fail.
fn line(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    let _infallible = text.write_fmt(arguments);
    text.push('\n');
}
