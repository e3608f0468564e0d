//! `cargo xtask nightly`: the checks that are too slow for every commit, one after the other.

use std::path::Path;
use std::process::ExitCode;

use crate::run::{CommandLine, RunError, first_failure};

/// The longer steps: title and command. `GREBEG_LONG=1` asks the whole-system tests for their long repetitions.
fn steps() -> Vec<(&'static str, CommandLine)> {
    vec![
        (
            "programs for the whole-system tests",
            CommandLine::new("cargo build --workspace --bins"),
        ),
        (
            "whole-system tests, long",
            CommandLine::new("cargo test --package whole-system-tests --no-fail-fast")
                .env("GREBEG_LONG", "1"),
        ),
    ]
}

/// Runs every step, also after a failure, and ends with the exit code of the first one that failed.
pub fn run(root: &Path) -> Result<ExitCode, RunError> {
    let mut codes = Vec::new();
    for (title, command) in steps() {
        println!("\n== {title}");
        codes.push(command.run(root)?);
    }
    Ok(first_failure(&codes))
}
