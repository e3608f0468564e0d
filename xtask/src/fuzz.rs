//! `cargo xtask fuzz`: libFuzzer on the stable compiler, over everything that reads foreign bytes (`fuzz/targets`).

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::root::target_dir;
use crate::run::{CommandLine, RunError};

/// Coverage without a nightly compiler; the code has no `unsafe` of its own for a sanitizer to look at.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
     -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
     -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1";
const TARGETS: [&str; 6] = [
    "request",
    "answer",
    "request_json",
    "stored",
    "register",
    "texts",
];
/// What one run may take before it counts as a failure: an answer is awaited.
const RUN_SECONDS_MAX: u32 = 5;
const MEMORY_MIB_MAX: u32 = 1024;

/// What to run.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// How long each target runs.
    #[arg(long, value_name = "S", default_value_t = 20)]
    seconds: u32,
    /// Only this one.
    #[arg(long, value_parser = TARGETS)]
    target: Option<String>,
    /// How many targets run at the same time.
    #[arg(long, value_name = "N", default_value_t = 2)]
    at_once: usize,
}

impl Options {
    /// All targets for a short while, as every full test run does.
    pub fn short() -> Self {
        Self {
            seconds: 20,
            target: None,
            at_once: 2,
        }
    }
}

/// How a target ended.
struct Ended {
    target: &'static str,
    code: u8,
    said: String,
}

/// [`fuzz`] as a command.
pub fn run(root: &Path, options: &Options) -> Result<ExitCode, RunError> {
    fuzz(root, options).map(ExitCode::from)
}

/// Builds the targets and runs each: first what broke it in the past, then the seeds of `fuzz/corpus/TARGET` and new input. What
/// breaks one is kept in `fuzz/crashers/TARGET`; it belongs into the repository. Exit code 1 when a target broke.
/// Errors: a program that cannot be started.
pub fn fuzz(root: &Path, options: &Options) -> Result<u8, RunError> {
    let chosen: Vec<&'static str> = TARGETS
        .into_iter()
        .filter(|target| options.target.as_deref().is_none_or(|one| one == *target))
        .collect();
    let built = target_dir(root).join("fuzz");
    let host = host(root);
    let mut build = CommandLine::new("cargo build --release --manifest-path fuzz/Cargo.toml")
        .env("RUSTFLAGS", FLAGS)
        .env("CARGO_TARGET_DIR", &built.to_string_lossy())
        // With a target named the flags do not reach build scripts, which have no coverage to tell of.
        .with("--target")
        .with(&host);
    for target in &chosen {
        build = build.with("--bin").with(target);
    }
    let code = build.run(root)?;
    if code != 0 {
        return Ok(code);
    }
    let programs = built.join(host).join("release");
    let mut ended = Vec::new();
    for group in chosen.chunks(options.at_once.max(1)) {
        let group = std::thread::scope(|scope| {
            let started: Vec<_> = group
                .iter()
                .map(|target| scope.spawn(|| try_one(root, &programs, target, options.seconds)))
                .collect();
            let joined = started.into_iter().map(|thread| {
                thread
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            });
            joined.collect::<Result<Vec<_>, _>>()
        })?;
        for one in &group {
            println!("\n== {}\n{}", one.target, one.said.trim_end());
        }
        ended.extend(group);
    }
    Ok(print_summary(&ended))
}

/// The triple of this machine.
fn host(root: &Path) -> String {
    let said = CommandLine::new("rustc -vV")
        .answer(root)
        .unwrap_or_default();
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    host.unwrap_or("x86_64-unknown-linux-gnu").to_owned()
}

fn try_one(
    root: &Path,
    programs: &Path,
    target: &'static str,
    seconds: u32,
) -> Result<Ended, RunError> {
    let program = programs.join(target);
    let corpus = programs.join("corpus").join(target);
    let crashers = root.join("fuzz/crashers").join(target);
    for folder in [&corpus, &crashers] {
        std::fs::create_dir_all(folder).map_err(|source| RunError::file(folder, source))?;
    }
    let limits = CommandLine::new(&program.to_string_lossy())
        .with(&format!("-timeout={RUN_SECONDS_MAX}"))
        .with(&format!("-rss_limit_mb={MEMORY_MIB_MAX}"));
    let past = files_in(&crashers)?;
    let mut said = String::new();
    if !past.is_empty() {
        // Each is tried once; the first that breaks the target ends it.
        let replay = past.iter().fold(limits.clone(), |command, file| {
            command.with(&file.to_string_lossy())
        });
        let (code, words) = replay.collected(root)?;
        said += &words;
        if code != 0 {
            return Ok(Ended { target, code, said });
        }
    }
    let mut command = limits
        .with(&format!("-max_total_time={seconds}"))
        .with(&format!("-artifact_prefix=fuzz/crashers/{target}/"))
        .with("-max_len=4096")
        .with("-print_final_stats=1")
        .with("-verbosity=0")
        .with(&corpus.to_string_lossy());
    // New finds go into the first folder, seeds are only read.
    let seeds = root.join("fuzz/corpus").join(target);
    for folder in [seeds, crashers] {
        if folder.is_dir() {
            command = command.with(&folder.to_string_lossy());
        }
    }
    let (code, words) = command.collected(root)?;
    said += &words;
    Ok(Ended { target, code, said })
}

/// What is in a folder, in the order of names, so that a run can be repeated.
fn files_in(folder: &Path) -> Result<Vec<PathBuf>, RunError> {
    let entries = std::fs::read_dir(folder).map_err(|source| RunError::file(folder, source))?;
    let mut files: Vec<PathBuf> = entries.filter_map(|e| Some(e.ok()?.path())).collect();
    files.sort();
    Ok(files)
}

/// A line a target, and the code for all: 1 when one broke.
fn print_summary(ended: &[Ended]) -> u8 {
    println!("\n== summary");
    for one in ended {
        let figure = |name| figure(&one.said, name).unwrap_or(0);
        let (runs, speed) = (
            figure("number_of_executed_units"),
            figure("average_exec_per_sec"),
        );
        let end = if one.code == 0 { "whole" } else { "BROKEN" };
        println!(
            "{:<13} {runs:>10} runs {speed:>8} a second  {end}",
            one.target
        );
    }
    let broke = ended.iter().any(|one| one.code != 0);
    println!(
        "fuzz: {}",
        if broke {
            "BROKEN, see above; the input is in fuzz/crashers"
        } else {
            "nothing broke"
        }
    );
    u8::from(broke)
}

/// A figure that libFuzzer says at its end: `stat::NAME: NUMBER`.
fn figure(said: &str, name: &str) -> Option<u64> {
    let lines = said.lines().filter_map(|line| line.strip_prefix("stat::"));
    lines
        .filter_map(|line| line.split_once(':'))
        .find(|(named, _)| *named == name)
        .and_then(|(_, number)| number.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_figures_of_a_run_are_read_from_its_last_words() {
        let said =
            "Done\nstat::number_of_executed_units: 272189\nstat::average_exec_per_sec:     13609\n";
        assert_eq!(figure(said, "number_of_executed_units"), Some(272_189));
        assert_eq!(figure(said, "average_exec_per_sec"), Some(13_609));
        assert_eq!(figure(said, "peak_rss_mb"), None);
    }

    #[test]
    fn every_target_has_a_program_and_seeds() {
        let fuzz = crate::root::workspace_root().join("fuzz");
        for target in TARGETS {
            assert!(
                fuzz.join(format!("targets/{target}.rs")).is_file(),
                "{target}"
            );
            let seeds = files_in(&fuzz.join("corpus").join(target)).unwrap();
            assert!(!seeds.is_empty(), "{target}");
        }
    }

    #[test]
    fn one_broken_target_is_a_failure() {
        let ended = |code| Ended {
            target: "texts",
            code,
            said: String::new(),
        };
        assert_eq!(print_summary(&[ended(0), ended(0)]), 0);
        assert_eq!(print_summary(&[ended(0), ended(77)]), 1);
    }
}
