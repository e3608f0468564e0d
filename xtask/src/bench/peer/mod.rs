//! The steps of the comparison with other sync engines: the same work as theirs, through the tablet's library.
//!
//! Each step is a process of its own and prints `RESULT {…}`. The environment names the workload's folder (WORKLOAD),
//! the server's port (PORT) and its data folder (DIR). `serve` prepares a campaign there and becomes the server.
//! For the comparison: `WORKLOAD=…/workload OURS_SERVER='cargo xtask peer-server' OURS_CLIENT='cargo xtask peer-client'`.
//! The program that is timed is this one, so that an engine's start-up weighs as much as it does for the others.

mod serve;
mod steps;
mod workload;

use std::error::Error;
use std::process::ExitCode;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value};

use crate::watch::{cpu_ms, peak_kib};

/// What may go wrong in a step; it is printed, and the comparison shows it.
pub type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Runs a step. Exit code 1 with the reason when it failed, 2 when there is no such step.
pub fn run(step: &str, json: &str) -> ExitCode {
    match play(step, json) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: step {step}: {error}");
            ExitCode::from(1)
        }
    }
}

fn play(step: &str, json: &str) -> Result<()> {
    if step == "serve" {
        return serve::serve();
    }
    let arguments: Value = serde_json::from_str(json)?;
    let work = steps::prepare(step, &arguments)?;
    let (began, cpu_before) = (Instant::now(), cpu_ms(std::process::id()));
    let more = work()?;
    let wall = began.elapsed().as_secs_f64() * 1_000.0;
    let mut result = Map::new();
    result.insert("end".to_owned(), now_ms().into());
    result.insert("wall".to_owned(), wall.into());
    result.insert(
        "cpu".to_owned(),
        (cpu_ms(std::process::id()) - cpu_before).into(),
    );
    result.insert("rss".to_owned(), peak_kib(std::process::id()).into());
    result.extend(more);
    println!("RESULT {}", Value::Object(result));
    Ok(())
}

/// Unix milliseconds.
pub fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    })
}
