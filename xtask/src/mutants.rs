//! `cargo xtask mutants`: breaks core in every small way that cargo-mutants knows, one after the other, and sees whether a test
//! notices.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::Value;

use crate::judged::{PARTS, globs_left_out, planted_lines};
use crate::root::target_dir;
use crate::run::{CommandLine, RunError};
use crate::tools::{CARGO_MUTANTS, install_tool};

/// Of a hundred mutants at least so many have to be noticed.
const CAUGHT_PERCENT_MIN: f64 = 95.0;
/// A loaded machine is no hang.
const TEST_SECONDS_MIN: &str = "30";
/// Cases of each property, and their seed: few, because every mutant runs them, and the same each time.
const CASES: [(&str, &str); 2] = [("PROPTEST_CASES", "32"), ("PROPTEST_RNG_SEED", "1")];

/// What to break.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Only what differs from `--base`.
    #[arg(long)]
    changed: bool,
    /// What `--changed` compares with: where this branch left that one.
    #[arg(long, value_name = "COMMIT", default_value = "main")]
    base: String,
    /// Only this part: merge, clock, sync or rules.
    #[arg(long, value_name = "PART", value_parser = PARTS.iter().map(|p| p.name).collect::<Vec<_>>())]
    part: Option<String>,
    /// Only mutants whose names match.
    #[arg(long, value_name = "REGEX")]
    only: Option<String>,
    /// How many are tried at the same time, each in a copy of its own.
    #[arg(long, value_name = "N", default_value_t = 1)]
    jobs: usize,
}

/// Tries every mutant of the parts of core that are judged. Exit code 1 when too few were noticed, and that of cargo-mutants when
/// it could not do its work. Errors: a program that cannot be started or installed, results that cannot be read.
pub fn run(root: &Path, options: &Options) -> Result<ExitCode, RunError> {
    install_tool(root, CARGO_MUTANTS)?;
    let folder = target_dir(root).join("mutants");
    let results = folder.join("mutants.out");
    // What an earlier run left says nothing about this one.
    let _absent = std::fs::remove_dir_all(&results);
    std::fs::create_dir_all(&folder).map_err(|source| RunError::file(&folder, source))?;
    let diff = match options.changed {
        true => Some(write_diff(root, &folder, &options.base)?),
        false => None,
    };
    let mut command = command(options, &folder, diff.as_deref());
    for regex in planted(root)? {
        command = command.with("--exclude-re").with(&regex);
    }
    // Each copy has a target folder of its own: a shared one would be built anew for each of them.
    let code = command.without_env("CARGO_TARGET_DIR").run(root)?;
    // Mutants that were missed or hung are in the results; anything else means that there are none.
    if !matches!(code, 0 | 2 | 3) {
        return Ok(ExitCode::from(code));
    }
    let Some(counts) = read_counts(&results)? else {
        println!("mutants: nothing of the judged parts differs");
        return Ok(ExitCode::SUCCESS);
    };
    print_names(&results, "missed.txt", "== nobody noticed")?;
    print_names(&results, "timeout.txt", "== noticed because it hung")?;
    println!("\n{}", counts.line());
    Ok(ExitCode::from(u8::from(
        counts.percent() < CAUGHT_PERCENT_MIN,
    )))
}

fn command(options: &Options, folder: &Path, diff: Option<&Path>) -> CommandLine {
    let mut command = CommandLine::new(
        // Warnings that a mutant causes are no reason not to try it. Without `--lib` core is built a second time for each, for
        // the examples in its documentation, of which there are none.
        "cargo mutants --package grebeg-core --cap-lints true --no-shuffle --cargo-arg=--lib",
    )
    .with("--minimum-test-timeout")
    .with(TEST_SECONDS_MIN)
    .with("--jobs")
    .with(&options.jobs.to_string())
    .with("--output")
    .with(&folder.to_string_lossy());
    for (name, value) in CASES {
        command = command.env(name, value);
    }
    let wanted = |name: &str| options.part.as_deref().is_none_or(|part| part == name);
    for part in PARTS.iter().filter(|part| wanted(part.name)) {
        for glob in part.globs() {
            command = command.with("--file").with(&glob);
        }
    }
    for glob in globs_left_out() {
        command = command.with("--exclude").with(glob);
    }
    if let Some(only) = &options.only {
        command = command.with("--re").with(only);
    }
    if let Some(diff) = diff {
        command = command.with("--in-diff").with(&diff.to_string_lossy());
    }
    command
}

/// Patterns of the mutants in lines that only a planted bug runs.
fn planted(root: &Path) -> Result<Vec<String>, RunError> {
    let mut patterns = Vec::new();
    let mut files = Vec::new();
    for part in PARTS {
        let here = part.files(root);
        files.extend(here.map_err(|source| RunError::file(root, source))?);
    }
    for file in files {
        let path = root.join(&file);
        let text =
            std::fs::read_to_string(&path).map_err(|source| RunError::file(&path, source))?;
        let lines = planted_lines(&text).into_iter();
        patterns.extend(lines.map(|line| format!("^{file}:{line}:")));
    }
    Ok(patterns)
}

fn write_diff(root: &Path, folder: &Path, base: &str) -> Result<PathBuf, RunError> {
    let command = CommandLine::new("git diff --merge-base").with(base);
    let diff = command.answer(root).ok_or_else(|| RunError::NoAnswer {
        command: command.shown(),
        expected: "difference".to_owned(),
    })?;
    let path = folder.join("changed.diff");
    std::fs::write(&path, diff).map_err(|source| RunError::file(&path, source))?;
    Ok(path)
}

/// How the mutants ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Counts {
    caught: u64,
    missed: u64,
    /// A test that hangs is a test that notices.
    timeout: u64,
    /// They do not compile.
    unviable: u64,
}

impl Counts {
    fn read(results: &Value) -> Option<Self> {
        let count = |name| results.get(name).and_then(Value::as_u64);
        Some(Self {
            caught: count("caught")?,
            missed: count("missed")?,
            timeout: count("timeout")?,
            unviable: count("unviable")?,
        })
    }

    fn percent(self) -> f64 {
        let noticed = self.caught + self.timeout;
        match noticed + self.missed {
            0 => 100.0,
            all => noticed as f64 * 100.0 / all as f64,
        }
    }

    fn line(self) -> String {
        let Self {
            caught,
            missed,
            timeout,
            unviable,
        } = self;
        format!(
            "mutants: {caught} caught, {timeout} hung, {missed} missed, {unviable} did not compile: {:.1} % noticed",
            self.percent()
        )
    }
}

/// `None` when there was no mutant to try.
fn read_counts(results: &Path) -> Result<Option<Counts>, RunError> {
    let path = results.join("outcomes.json");
    if !path.is_file() {
        return Ok(None);
    }
    let text = std::fs::read(&path).map_err(|source| RunError::file(&path, source))?;
    let counts = serde_json::from_slice(&text)
        .ok()
        .and_then(|results| Counts::read(&results));
    counts.map(Some).ok_or_else(|| RunError::NoAnswer {
        command: "cargo mutants".to_owned(),
        expected: "counts in outcomes.json".to_owned(),
    })
}

fn print_names(results: &Path, file: &str, title: &str) -> Result<(), RunError> {
    let path = results.join(file);
    let names = std::fs::read_to_string(&path).map_err(|source| RunError::file(&path, source))?;
    if !names.is_empty() {
        println!("\n{title}\n{}", names.trim_end());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(caught: u64, missed: u64, timeout: u64) -> Counts {
        Counts {
            caught,
            missed,
            timeout,
            unviable: 7,
        }
    }

    #[test]
    fn what_hangs_is_noticed_and_what_does_not_compile_counts_nowhere() {
        assert_eq!(counts(18, 1, 1).percent(), 95.0);
        assert!(counts(17, 2, 1).percent() < CAUGHT_PERCENT_MIN);
        assert_eq!(counts(0, 0, 0).percent(), 100.0);
        assert_eq!(
            counts(18, 1, 1).line(),
            "mutants: 18 caught, 1 hung, 1 missed, 7 did not compile: 95.0 % noticed"
        );
    }

    #[test]
    fn the_counts_are_those_of_the_results_file() {
        let results = serde_json::json!({"caught": 1, "missed": 2, "timeout": 3, "unviable": 7});
        assert_eq!(Counts::read(&results), Some(counts(1, 2, 3)));
        assert_eq!(Counts::read(&serde_json::json!({"caught": 1})), None);
    }

    #[test]
    fn one_part_alone_is_named_with_its_files() {
        let options = Options {
            changed: false,
            base: "main".to_owned(),
            part: Some("clock".to_owned()),
            only: None,
            jobs: 1,
        };
        let shown = command(&options, Path::new("out"), None).shown();
        assert!(
            shown.contains("--file core/src/stamp.rs --exclude"),
            "{shown}"
        );
    }
}
