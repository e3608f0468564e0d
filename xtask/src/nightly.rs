//! `cargo xtask nightly`: the checks that are too slow for every commit, one after the other.

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use crate::root::target_dir;
use crate::run::{CommandLine, RunError, first_failure};

/// How long to go on.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Minutes for which campaigns are played.
    #[arg(long, value_name = "M", default_value_t = 180)]
    sim_minutes: u64,
    /// Only the steps whose titles contain this: a night can be taken in parts.
    #[arg(long, value_name = "WORDS")]
    only: Option<String>,
}

impl Options {
    fn wants(&self, title: &str) -> bool {
        self.only.as_deref().is_none_or(|only| title.contains(only))
    }
}

/// The longer steps: title and command. The environment asks the stories for their long repetitions.
fn steps(root: &Path, options: &Options) -> Vec<(&'static str, CommandLine)> {
    let campaigns = format!("cargo xtask sim --seconds {}", options.sim_minutes * 60);
    let real_stores = format!("{campaigns} --store sqlite");
    vec![
        (
            "properties of core, long",
            CommandLine::new("cargo test --package grebeg-core").env("PROPTEST_CASES", "5000"),
        ),
        (
            "core broken in every small way",
            CommandLine::new("cargo xtask mutants"),
        ),
        (
            "lines and branches that the tests of core take",
            CommandLine::new("cargo xtask coverage"),
        ),
        ("pages", CommandLine::new("npm --prefix ui run build")),
        (
            "the planted bugs are found",
            CommandLine::new("cargo xtask sim --planted"),
        ),
        (
            "campaigns played on fresh seeds",
            CommandLine::new(&campaigns),
        ),
        (
            "campaigns over the real stores on fresh seeds",
            CommandLine::new(&real_stores),
        ),
        (
            "fuzzing, ten minutes a target",
            CommandLine::new("cargo xtask fuzz --seconds 600"),
        ),
        (
            "programs for the whole-system tests",
            CommandLine::new("cargo build --workspace --bins"),
        ),
        (
            // The same stories over both of SQLite's builds; in a folder of its own, or each would build the other's away.
            "tablet without encryption",
            CommandLine::new(
                "cargo test --package tablet --no-default-features --features plain,cli --no-fail-fast",
            )
            .env("CARGO_TARGET_DIR", &target_dir(root).join("plain").to_string_lossy()),
        ),
        (
            "two weeks in the markets on a fresh seed",
            CommandLine::new("cargo xtask campaign"),
        ),
        (
            "whole-system tests, long",
            CommandLine::new("cargo test --package whole-system-tests --no-fail-fast")
                .env("GREBEG_TABLETS", "25")
                .env("GREBEG_VISITS", "40"),
        ),
        (
            "real faults on the real programs",
            CommandLine::new("cargo xtask torture"),
        ),
        (
            "the budget of bytes and of time",
            CommandLine::new("cargo xtask bench --check"),
        ),
        (
            "the worst minutes of a campaign, and an hour of kills",
            CommandLine::new("cargo xtask load --soak 60"),
        ),
        (
            // Every page at every size in every theme and both languages.
            "stories of the pages in a browser, long",
            CommandLine::new("npm --prefix ui run e2e").env("GREBEG_LONG", "1"),
        ),
    ]
}

/// Runs every step, also after a failure, and ends with the exit code of the first one that failed. Errors: a program that cannot
/// be started.
pub fn run(root: &Path, options: &Options) -> Result<ExitCode, RunError> {
    let steps = steps(root, options);
    let titles: Vec<&str> = steps.iter().map(|(title, _)| *title).collect();
    if !titles.iter().any(|title| options.wants(title)) {
        eprintln!(
            "no step's title contains that; the steps are:\n  {}",
            titles.join("\n  ")
        );
        return Ok(ExitCode::from(2));
    }
    let mut codes = Vec::new();
    for (title, command) in steps {
        if !options.wants(title) {
            continue;
        }
        println!("\n== {title}");
        let began = Instant::now();
        let code = command.run(root)?;
        let seconds = began.elapsed().as_secs_f64();
        println!("-- {title}: exit code {code} after {seconds:.0} s");
        codes.push(code);
    }
    Ok(first_failure(&codes))
}
