//! `cargo xtask bench` and `bench-peer`: builds everything with optimisation and hands over to the program that measures.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use crate::root::target_dir;
use crate::run::{CommandLine, RunError};

/// What to measure.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Smaller counts: a few minutes in all, and only good for noticing what is badly wrong.
    #[arg(long)]
    quick: bool,
    /// Only these sections, such as `first-sync,load`; without it all of them.
    #[arg(long, value_name = "SECTION[,SECTION…]")]
    only: Option<String>,
}

/// One step of the comparison.
#[derive(Debug, clap::Args)]
pub struct PeerStep {
    /// serve, seed, first, offline, sync, reopen, dump or losers.
    step: String,
    /// Its arguments as the comparison gives them.
    #[arg(default_value = "{}")]
    json: String,
}

/// Builds, measures, prints the table and writes `target/bench.json`. Exit code 1 when a figure could not be taken.
/// Errors: a program that cannot be started.
pub fn run(root: &Path, options: &Options) -> Result<ExitCode, RunError> {
    let build = CommandLine::new(
        "cargo build --release --package tablet --package sync-server --package xtask --features xtask/bench --bins",
    );
    let code = build.run(root)?;
    if code != 0 {
        return Ok(ExitCode::from(code));
    }
    let mut words = vec!["figures".to_owned()];
    if options.quick {
        words.push("--quick".to_owned());
    }
    if let Some(only) = &options.only {
        words.extend(["--only".to_owned(), only.clone()]);
    }
    words.extend([
        "--out".to_owned(),
        target_dir(root).join("bench.json").display().to_string(),
    ]);
    println!("$ xtask-bench {}", words.join(" "));
    measure(root, &words)
}

/// One step with the programs that are there; they are built first when they are missing.
/// Errors: a program that cannot be started.
pub fn run_peer(root: &Path, step: &PeerStep) -> Result<ExitCode, RunError> {
    if !program(root).exists() {
        let build = CommandLine::new(
            "cargo build --release --package tablet --package sync-server --package xtask --features xtask/bench --bins",
        );
        let code = build.run(root)?;
        if code != 0 {
            return Ok(ExitCode::from(code));
        }
    }
    let words = ["peer".to_owned(), step.step.clone(), step.json.clone()];
    measure(root, &words)
}

fn program(root: &Path) -> PathBuf {
    target_dir(root).join("release").join("xtask-bench")
}

fn measure(root: &Path, words: &[String]) -> Result<ExitCode, RunError> {
    let program = program(root);
    let status = Command::new(&program)
        .args(words)
        .env("GREBEG_BIN_DIR", target_dir(root).join("release"))
        .stdin(Stdio::inherit())
        .status()
        .map_err(|source| RunError::NotStarted {
            program: program.display().to_string(),
            source,
        })?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(ExitCode::from(code.unwrap_or(1)))
}
