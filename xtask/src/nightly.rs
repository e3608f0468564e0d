//! `cargo xtask nightly`: the checks that are too slow for every commit, one after the other.

use std::path::Path;
use std::process::ExitCode;

use crate::run::{CommandLine, RunError, first_failure};

/// The longer steps: title and command. The environment asks the stories for their long repetitions.
fn steps() -> Vec<(&'static str, CommandLine)> {
    vec![
        (
            "properties of core, long",
            CommandLine::new("cargo test --package grebeg-core").env("PROPTEST_CASES", "5000"),
        ),
        ("pages", CommandLine::new("npm --prefix ui run build")),
        (
            "the planted bugs are found",
            CommandLine::new("cargo xtask sim --planted"),
        ),
        (
            "campaigns played for hours",
            CommandLine::new("cargo xtask sim --nightly"),
        ),
        (
            "programs for the whole-system tests",
            CommandLine::new("cargo build --workspace --bins"),
        ),
        (
            "whole-system tests, long",
            CommandLine::new("cargo test --package whole-system-tests --no-fail-fast")
                .env("GREBEG_KILLS", "200")
                .env("GREBEG_TABLETS", "25")
                .env("GREBEG_VISITS", "40"),
        ),
        (
            // Every page at every size in every theme and both languages.
            "stories of the pages in a browser, long",
            CommandLine::new("npm --prefix ui run e2e").env("GREBEG_LONG", "1"),
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
