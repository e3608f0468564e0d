//! `cargo xtask test`: every check in one go, each under a heading with the time it took.

mod report;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use crate::run::{CommandLine, RunError};
use crate::{fuzz, pages, sim, tidy, tools};
use report::TestReport;

/// What to leave out.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Only format, lints, house rules and unit tests; installs nothing.
    #[arg(long)]
    quick: bool,
}

/// One step: its title, and what it does.
struct Step {
    title: &'static str,
    what: What,
}

enum What {
    InstallMissing,
    Pages,
    Run(&'static str),
    Tests(&'static str),
    Campaigns,
    RealStores,
    PlantedBugs,
    Fuzz,
    Tidy,
    Advisories,
}

const NOTHING: &[Step] = &[];

const TOOLS: &[Step] = &[
    Step {
        title: "what the tests need on this machine",
        what: What::InstallMissing,
    },
    Step {
        // Before anything is compiled: the programs carry the pages.
        title: "pages and their npm packages",
        what: What::Pages,
    },
];

const LINTS: &[Step] = &[
    Step {
        title: "format",
        what: What::Run("cargo fmt --all --check"),
    },
    Step {
        title: "house rules",
        what: What::Tidy,
    },
];

/// Without the window, whose crates need GTK.
const QUICK: &[Step] = &[
    Step {
        title: "lints",
        what: What::Run("cargo clippy --all-targets --features xtask/bench -- -D warnings"),
    },
    Step {
        title: "unit tests",
        what: What::Tests(
            "cargo test --workspace --exclude whole-system-tests --exclude grebeg-pasar --lib --bins --features xtask/bench --no-fail-fast",
        ),
    },
];

const FULL: &[Step] = &[
    Step {
        title: "lints",
        what: What::Run(
            "cargo clippy --workspace --all-targets --features xtask/bench -- -D warnings",
        ),
    },
    Step {
        title: "licences, bans and sources of crates",
        what: What::Run("cargo deny check --hide-inclusion-graph licenses bans sources"),
    },
    Step {
        title: "advisories about crates",
        what: What::Advisories,
    },
    Step {
        title: "programs for the whole-system tests",
        // With the features of the tests, so that no crate is built twice.
        what: What::Run("cargo build --workspace --bins --features xtask/bench"),
    },
    Step {
        title: "unit, property and whole-system tests",
        what: What::Tests("cargo test --workspace --features xtask/bench --no-fail-fast"),
    },
    Step {
        title: "the simulator finds the planted bugs",
        what: What::PlantedBugs,
    },
    Step {
        title: "campaigns of a fresh seed, every promise checked",
        what: What::Campaigns,
    },
    Step {
        title: "campaigns over the real stores, which are what the ones in memory are",
        what: What::RealStores,
    },
    Step {
        title: "invented and damaged input, twenty seconds a target",
        what: What::Fuzz,
    },
    Step {
        title: "types, words and styles of the pages",
        what: What::Run("npm --prefix ui run check"),
    },
    Step {
        title: "unit tests of the pages",
        what: What::Tests("npm --prefix ui test"),
    },
    Step {
        title: "stories of the pages in a browser, over the real programs",
        what: What::Tests("npm --prefix ui run e2e"),
    },
];

/// Where cargo puts the programs.
fn programs_dir(root: &Path) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    root.join(target.unwrap_or_else(|| PathBuf::from("target")))
        .join("debug")
}

/// How a step ended.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Ended {
    Passed,
    Failed { code: u8 },
    NotChecked { why: &'static str },
}

impl Ended {
    fn from_code(code: u8) -> Self {
        match code {
            0 => Self::Passed,
            code => Self::Failed { code },
        }
    }
}

/// Runs every step, also after a failure, then prints what failed. Exit code 1 when a step failed.
/// Errors: a program that cannot be started.
pub fn run(root: &Path, options: &Options) -> Result<ExitCode, RunError> {
    let mut report = TestReport::default();
    let mut results = Vec::new();
    let preparation = if options.quick { NOTHING } else { TOOLS };
    let rest = if options.quick { QUICK } else { FULL };
    for step in preparation.iter().chain(LINTS).chain(rest) {
        println!("\n== {}", step.title);
        let began = Instant::now();
        let ended = run_step(root, &step.what, &mut report)?;
        let seconds = began.elapsed().as_secs_f64();
        println!("-- {}: {} in {seconds:.1} s", step.title, in_words(&ended));
        results.push((step.title, ended, seconds));
    }
    print_summary(&results, &report);
    let failed = results
        .iter()
        .any(|(_, ended, _)| matches!(ended, Ended::Failed { .. }));
    Ok(ExitCode::from(u8::from(failed)))
}

fn run_step(root: &Path, what: &What, report: &mut TestReport) -> Result<Ended, RunError> {
    match what {
        What::InstallMissing => Ok(install_missing(root)),
        What::Pages => bring_up_to_date(root),
        What::Run(line) => CommandLine::new(line).run(root).map(Ended::from_code),
        // The step before has just built the programs: the stories take them as they are.
        What::Tests(line) => {
            let code = CommandLine::new(line)
                .env("GREBEG_BIN_DIR", &programs_dir(root).to_string_lossy())
                .run_watched(root, |output| report.see(output))?;
            report.step_over();
            Ok(Ended::from_code(code))
        }
        What::Campaigns => sim::play(root, &sim::Options::fresh()).map(Ended::from_code),
        What::RealStores => sim::play(root, &sim::Options::real_stores()).map(Ended::from_code),
        What::PlantedBugs => sim::play(root, &sim::Options::planted()).map(Ended::from_code),
        What::Fuzz => fuzz::fuzz(root, &fuzz::Options::short()).map(Ended::from_code),
        What::Tidy => {
            println!("$ cargo xtask tidy");
            Ok(Ended::from_code(u8::from(!tidy::is_tidy(root))))
        }
        What::Advisories => advisories(root),
    }
}

/// Makes the pages where they are older than what they are made of.
fn bring_up_to_date(root: &Path) -> Result<Ended, RunError> {
    let lines = pages::commands(root);
    if lines.is_empty() {
        println!("they are as new as their sources");
    }
    for line in lines {
        let code = CommandLine::new(line).run(root)?;
        if code != 0 {
            return Ok(Ended::from_code(code));
        }
    }
    Ok(Ended::Passed)
}

/// What could not be installed is a failure, but the other steps still tell the developer something.
fn install_missing(root: &Path) -> Ended {
    match tools::install_missing(root) {
        Ok(()) => Ended::Passed,
        Err(error) => {
            println!("{error}\nhint: {}", error.hint());
            Ended::from_code(error.exit_code())
        }
    }
}

/// Advisories come from a database on the internet: without it they are not checked, and that is no failure.
fn advisories(root: &Path) -> Result<Ended, RunError> {
    if CommandLine::new("cargo deny fetch db").run(root)? != 0 {
        return Ok(Ended::NotChecked {
            why: "the advisory database cannot be reached from this machine",
        });
    }
    CommandLine::new("cargo deny check --disable-fetch advisories")
        .run(root)
        .map(Ended::from_code)
}

fn in_words(ended: &Ended) -> String {
    match ended {
        Ended::Passed => "passed".to_owned(),
        Ended::Failed { code } => format!("FAILED with exit code {code}"),
        Ended::NotChecked { why } => format!("NOT CHECKED ({why})"),
    }
}

/// The failures of all tests again, a line per step, and last the sum of the runners' own result lines.
fn print_summary(results: &[(&str, Ended, f64)], report: &TestReport) {
    if !report.failures().is_empty() {
        println!("\n== failures again");
    }
    for line in report.failures() {
        println!("{line}");
    }
    println!("\n== summary");
    for (title, ended, seconds) in results {
        println!("{seconds:>7.1} s  {title}: {}", in_words(ended));
    }
    println!("{}", report.last_line());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quick_needs_no_tool_that_has_to_be_installed() {
        for step in LINTS.iter().chain(QUICK) {
            match step.what {
                What::Run(line) | What::Tests(line) => {
                    assert!(!line.contains("deny"), "{line}");
                    let has_window =
                        line.contains("--workspace") && !line.contains("--exclude grebeg-pasar");
                    assert!(!has_window, "{line}");
                }
                What::Tidy => {}
                What::InstallMissing
                | What::Pages
                | What::Campaigns
                | What::RealStores
                | What::PlantedBugs
                | What::Fuzz
                | What::Advisories => {
                    panic!("{} is not quick", step.title)
                }
            }
        }
    }

    #[test]
    fn a_step_that_is_not_checked_says_so_and_is_no_failure() {
        let ended = Ended::NotChecked { why: "no database" };
        assert_eq!(in_words(&ended), "NOT CHECKED (no database)");
        assert_eq!(Ended::from_code(101), Ended::Failed { code: 101 });
    }
}
