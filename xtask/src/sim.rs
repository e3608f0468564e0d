//! `cargo xtask sim`: builds the simulator with optimisation and hands over to it.

use std::path::Path;
use std::process::ExitCode;

use crate::root::target_dir;
use crate::run::{CommandLine, RunError};

/// How long each test run plays.
const FRESH_S: u64 = 75;
/// Days that each test run plays over the real stores, of a seed that stays, so that it is short and the same everywhere.
const REAL_SEED: u64 = 7;
const REAL_DAYS: u64 = 60;

/// What to play.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Repeats a run; without it a fresh seed, which is printed.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// How long to play (60).
    #[arg(long, value_name = "S", conflicts_with = "days")]
    seconds: Option<u64>,
    /// How many days to play: the same seed and days give the same run to the byte.
    #[arg(long, value_name = "D")]
    days: Option<u64>,
    /// Where both sides keep what they have.
    #[arg(long, default_value = "memory")]
    store: Store,
    /// Show that each planted bug is found.
    #[arg(long)]
    planted: bool,
    /// Play for hours.
    #[arg(long)]
    nightly: bool,
}

/// Where records are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Store {
    /// In memory, fast.
    Memory,
    /// And beside it in the programs' own SQLite stores: both have to be the same after each step, and so is the state at the end.
    Sqlite,
}

impl Options {
    /// Other campaigns every time; the last line prints the seed, which repeats them.
    pub fn fresh() -> Self {
        Self {
            seed: None,
            seconds: Some(FRESH_S),
            days: None,
            store: Store::Memory,
            planted: false,
            nightly: false,
        }
    }

    /// The same campaigns every time, over the real stores.
    pub fn real_stores() -> Self {
        Self {
            seed: Some(REAL_SEED),
            seconds: None,
            days: Some(REAL_DAYS),
            store: Store::Sqlite,
            ..Self::fresh()
        }
    }

    /// The planted bugs, each from the same seeds every time.
    pub fn planted() -> Self {
        Self {
            seconds: None,
            planted: true,
            ..Self::fresh()
        }
    }
}

/// [`play`] as a command.
pub fn run(root: &Path, options: &Options) -> Result<ExitCode, RunError> {
    play(root, options).map(ExitCode::from)
}

/// Builds and plays. Exit code 1 when a promise was broken, or a planted bug was not found.
/// Errors: a program that cannot be started.
pub fn play(root: &Path, options: &Options) -> Result<u8, RunError> {
    let (feature, store) = match options.store {
        Store::Memory => ("", "memory"),
        Store::Sqlite => (" --features sqlite", "sqlite"),
    };
    let planted = match options.planted {
        true => " --features planted",
        false => "",
    };
    // Without the real stores it is built in seconds.
    let build = format!(
        "cargo build --quiet --release --package grebeg-sim --no-default-features{feature}{planted}"
    );
    let code = CommandLine::new(&build).run(root)?;
    if code != 0 {
        return Ok(code);
    }
    let program = target_dir(root).join("release").join("grebeg-sim");
    let mut words = format!("{} --store {store}", program.display());
    let numbers = [
        ("seed", options.seed),
        ("seconds", options.seconds),
        ("days", options.days),
    ];
    for (name, number) in numbers {
        if let Some(number) = number {
            words.push_str(&format!(" --{name} {number}"));
        }
    }
    for (name, on) in [("planted", options.planted), ("nightly", options.nightly)] {
        if on {
            words.push_str(&format!(" --{name}"));
        }
    }
    CommandLine::new(&words).run(root)
}
