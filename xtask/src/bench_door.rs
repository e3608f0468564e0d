//! `cargo xtask bench`, `peer-server` and `peer-client`: builds everything with optimisation and hands over to the program that measures.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use crate::root::target_dir;
use crate::run::{CommandLine, RunError};

/// Everything that takes part, with optimisation.
const BUILD: &str = "cargo build --release --package tablet --package sync-server --package xtask --features xtask/bench --bins";

/// The tablet without encryption, for what encryption costs; beside the others, because its crates have other features.
const BUILD_PLAIN: &str =
    "cargo build --release --package tablet --no-default-features --features plain,cli --bins";
/// Runs of `--check`, so that one disturbed run decides nothing.
const CHECK_RUNS: usize = 3;

/// What to measure.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Smaller counts: a few minutes in all, and only good for noticing what is badly wrong.
    #[arg(long)]
    quick: bool,
    /// Only these sections, such as `first-sync,load`; without it all of them.
    #[arg(long, value_name = "SECTION[,SECTION…]")]
    only: Option<String>,
    /// How often everything is measured; the table shows medians.
    #[arg(long, value_name = "N", default_value_t = 1)]
    runs: usize,
    /// Hold smaller counts against the limits in `xtask/budget.json`: sizes as they are, seconds as ratios to this machine.
    #[arg(long)]
    check: bool,
}

/// How hard to press.
#[derive(Debug, clap::Args)]
pub struct LoadOptions {
    /// Minutes of tablets that work while the server is killed every minute; without it there is none of that.
    #[arg(long, value_name = "MINUTES", default_value_t = 0)]
    soak: u64,
    /// Fewer tablets and shorter waits: some minutes, and only good for noticing what is badly wrong.
    #[arg(long)]
    quick: bool,
    /// Only these scenes, such as `morning,bursts`: morning, bursts, spread, hostile, overload, soak.
    #[arg(long, value_name = "SCENE[,SCENE…]")]
    only: Option<String>,
}

impl LoadOptions {
    fn words(&self, out: &Path) -> Vec<String> {
        let (tablets, rounds, over, surplus) = if self.quick {
            (60, 2, 5, 600)
        } else {
            (500, 5, 60, 5_000)
        };
        let mut words = vec!["load".to_owned()];
        for (name, number) in [
            ("--tablets", tablets),
            ("--rounds", rounds),
            ("--over", over),
            ("--surplus", surplus),
            ("--soak", self.soak),
        ] {
            words.extend([name.to_owned(), number.to_string()]);
        }
        if let Some(only) = &self.only {
            words.extend(["--only".to_owned(), only.clone()]);
        }
        words.extend(["--out".to_owned(), out.display().to_string()]);
        words
    }
}

/// One step of the comparison.
#[derive(Debug, clap::Args)]
pub struct PeerStep {
    /// seed, first, offline, sync, reopen, dump or losers.
    step: String,
    /// Its arguments as the comparison gives them.
    #[arg(default_value = "{}")]
    json: String,
}

impl PeerStep {
    /// The server, which runs until it is told to end.
    pub fn serve() -> Self {
        Self {
            step: "serve".to_owned(),
            json: "{}".to_owned(),
        }
    }
}

/// Builds, measures, prints the table and writes `target/bench.json` (`bench-quick.json` with smaller counts). Exit code 1 when a figure could not be taken.
/// Errors: a program that cannot be started.
pub fn run(root: &Path, options: &Options) -> Result<ExitCode, RunError> {
    let build = CommandLine::new(BUILD);
    let code = build.run(root)?;
    if code != 0 {
        return Ok(ExitCode::from(code));
    }
    let plain_dir = target_dir(root).join("plain");
    let measures_saves = (options.only.as_deref()).is_none_or(|only| only.contains("saves"));
    if measures_saves {
        let build =
            CommandLine::new(BUILD_PLAIN).env("CARGO_TARGET_DIR", &plain_dir.to_string_lossy());
        let code = build.run(root)?;
        if code != 0 {
            return Ok(ExitCode::from(code));
        }
    }
    let words = words(root, options);
    println!("$ xtask-bench {}", words.join(" "));
    let mut command = prepared(root, &words);
    if measures_saves {
        command.env("GREBEG_PLAIN_TABLET", plain_dir.join("release/tablet"));
    }
    ended(command)
}

fn words(root: &Path, options: &Options) -> Vec<String> {
    let mut words = vec!["figures".to_owned()];
    let runs = match options.check {
        true => options.runs.max(CHECK_RUNS),
        false => options.runs,
    };
    words.extend(["--runs".to_owned(), runs.to_string()]);
    if options.quick || options.check {
        words.push("--quick".to_owned());
    }
    if let Some(only) = &options.only {
        words.extend(["--only".to_owned(), only.clone()]);
    }
    let file = |option: &str, path: PathBuf| [option.to_owned(), path.display().to_string()];
    if options.check {
        words.extend(file("--budget", root.join("xtask/budget.json")));
    }
    // The figures of the page are those of the full counts.
    let out = match options.check || options.quick {
        true => "bench-quick.json",
        false => "bench.json",
    };
    words.extend(file("--out", target_dir(root).join(out)));
    words
}

/// Builds, plays the scenes, prints the table and writes `target/load.json`. Exit code 1 when anything was lost or wrong,
/// not when it was slow. Errors: a program that cannot be started.
pub fn run_load(root: &Path, options: &LoadOptions) -> Result<ExitCode, RunError> {
    let code = CommandLine::new(BUILD).run(root)?;
    if code != 0 {
        return Ok(ExitCode::from(code));
    }
    let words = options.words(&target_dir(root).join("load.json"));
    println!("$ xtask-bench {}", words.join(" "));
    ended(prepared(root, &words))
}

/// One step with the programs that are there; they are built first when they are missing.
/// Errors: a program that cannot be started.
pub fn run_peer(root: &Path, step: &PeerStep) -> Result<ExitCode, RunError> {
    if !program(root).exists() {
        let build = CommandLine::new(BUILD);
        let code = build.run(root)?;
        if code != 0 {
            return Ok(ExitCode::from(code));
        }
    }
    let words = ["peer".to_owned(), step.step.clone(), step.json.clone()];
    become_it(prepared(root, &words))
}

/// The comparison measures the process that it started and ends it by signal: so we become it.
#[cfg(unix)]
fn become_it(mut command: Command) -> Result<ExitCode, RunError> {
    use std::os::unix::process::CommandExt;
    let program = command.get_program().to_string_lossy().into_owned();
    let source = command.exec();
    Err(RunError::NotStarted { program, source })
}

#[cfg(not(unix))]
fn become_it(command: Command) -> Result<ExitCode, RunError> {
    ended(command)
}

fn program(root: &Path) -> PathBuf {
    target_dir(root).join("release").join("xtask-bench")
}

fn prepared(root: &Path, words: &[String]) -> Command {
    let mut command = Command::new(program(root));
    command
        .args(words)
        .env("GREBEG_BIN_DIR", target_dir(root).join("release"));
    command
}

fn ended(mut command: Command) -> Result<ExitCode, RunError> {
    let status = command.status().map_err(|source| RunError::NotStarted {
        program: command.get_program().to_string_lossy().into_owned(),
        source,
    })?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(ExitCode::from(code.unwrap_or(1)))
}
