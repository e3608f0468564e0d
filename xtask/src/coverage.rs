//! `cargo xtask coverage`: which lines and branches of core its own tests take, as a table; tests themselves are not counted.

mod lcov;
mod llvm;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::Value;

use crate::judged::PARTS;
use crate::root::target_dir;
use crate::run::{CommandLine, RunError};
use lcov::{FileCoverage, Taken};

/// Counts each branch as well, which the stable compiler does only when it is told to behave as a nightly one.
const FLAGS: &str = "-Cinstrument-coverage -Zcoverage-options=branch";
/// Of a hundred lines of the rooms that were run at least so many have to be taken.
const LINES_PERCENT_MIN: f64 = 90.0;

/// What to show.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Name every branch and line of the judged parts that no test takes.
    #[arg(long)]
    missed: bool,
    /// Also tablet and server, with the whole-system stories over programs that count.
    #[arg(long)]
    all: bool,
}

/// Runs the tests in a build that counts, and prints the tables. Exit code: that of the tests, or 1 under 90 % of the lines.
/// Errors: a program that cannot be started, LLVM's tools that are not to be had.
pub fn run(root: &Path, options: &Options) -> Result<ExitCode, RunError> {
    let tools = llvm::find(root)?;
    let folder = target_dir(root).join("coverage");
    let profiles = folder.join("profiles");
    // Counts of an earlier build fit no other.
    let _absent = std::fs::remove_dir_all(&profiles);
    std::fs::create_dir_all(&profiles).map_err(|source| RunError::file(&profiles, source))?;
    let tests = match options.all {
        true => {
            "cargo test --package grebeg-core --package tablet --package sync-server --package whole-system-tests --no-fail-fast"
        }
        false => "cargo test --package grebeg-core --lib",
    };
    let counting = |line: &str| {
        CommandLine::new(line)
            .env("RUSTC_BOOTSTRAP", "1")
            .env("RUSTFLAGS", FLAGS)
            .env("CARGO_TARGET_DIR", &folder.to_string_lossy())
            // A file for each process, also where one is started by a test.
            .env(
                "LLVM_PROFILE_FILE",
                &format!("{}/%p-%m.profraw", profiles.display()),
            )
    };
    let code = counting(tests).run(root)?;
    if code != 0 {
        return Ok(ExitCode::from(code));
    }
    let built = counting(tests)
        .with("--no-run")
        .with("--message-format=json");
    let mut objects = built
        .answer(root)
        .map(|said| executables(&said))
        .unwrap_or_default();
    if options.all {
        objects.extend(["tablet", "sync-server"].map(|name| folder.join("debug").join(name)));
    }
    let files = lcov::read(&tools.export(root, &profiles, &objects)?, root);
    let rooms: &[&str] = match options.all {
        true => &["core/src/", "tablet/src/", "sync-server/src/"],
        false => &["core/src/"],
    };
    let percent = print_tables(root, &files, rooms, options.missed);
    Ok(ExitCode::from(u8::from(percent < LINES_PERCENT_MIN)))
}

/// The test programs that cargo names, one a line of JSON.
fn executables(said: &str) -> Vec<PathBuf> {
    let messages = said
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    messages
        .filter_map(|message| Some(PathBuf::from(message.get("executable")?.as_str()?)))
        .collect()
}

/// The judged parts file by file, then the rooms as a whole; returns what part of the rooms' lines was taken, in percent.
fn print_tables(root: &Path, files: &[FileCoverage], rooms: &[&str], missed: bool) -> f64 {
    let named = |file: &FileCoverage| {
        let path = file.path.strip_prefix(root).unwrap_or(&file.path);
        path.display().to_string()
    };
    println!("\n{:<46} {:>19} {:>19}", "", "lines", "branches");
    for part in PARTS {
        println!("{}", part.name);
        let mut whole = (Taken::default(), Taken::default());
        for file in files.iter().filter(|file| part.has(&named(file))) {
            print_row(&format!("  {}", named(file)), file.lines(), file.branches());
            whole = (whole.0.and(file.lines()), whole.1.and(file.branches()));
            if missed {
                file.missed()
                    .iter()
                    .for_each(|what| println!("      {what}"));
            }
        }
        print_row("  together", whole.0, whole.1);
    }
    let mut lines = Taken::default();
    for room in rooms {
        let of_room = || files.iter().filter(|file| named(file).starts_with(room));
        let sum = |taken: fn(&FileCoverage) -> Taken| {
            of_room().map(taken).fold(Taken::default(), Taken::and)
        };
        print_row(room, sum(FileCoverage::lines), sum(FileCoverage::branches));
        lines = lines.and(sum(FileCoverage::lines));
    }
    println!("coverage: {:.1} % of the lines", lines.percent());
    lines.percent()
}

fn print_row(name: &str, lines: Taken, branches: Taken) {
    println!("{name:<46} {lines:>19} {branches:>19}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_test_programs_are_those_that_cargo_names() {
        let said = "{\"reason\":\"compiler-artifact\",\"executable\":null}\n\
                    {\"reason\":\"compiler-artifact\",\"executable\":\"/t/deps/core-1\"}\nnot json\n";
        assert_eq!(executables(said), [PathBuf::from("/t/deps/core-1")]);
    }
}
