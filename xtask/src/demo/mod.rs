//! `cargo xtask demo`: the office and two tablets in the browser, with a week of invented work behind them.

mod last_words;
mod odd;
mod stage;
mod window;
mod world;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use crate::run::RunError;
use window::Window;

pub use stage::{Moment, Stage};
pub use world::Size;

/// How the demonstration is made.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The folder for everything; made anew unless --keep is given.
    #[arg(long, value_name = "DIR", default_value = "demo-data")]
    folder: PathBuf,
    /// Start what is in the folder of the last time, without inventing more.
    #[arg(long)]
    keep: bool,
    /// Invented traders.
    #[arg(long, value_name = "N", default_value_t = 9_000)]
    traders: u64,
    /// The same seed gives the same traders and the same week.
    #[arg(long, value_name = "S", default_value_t = 2019)]
    seed: u64,
    /// Visits of each tablet and day.
    #[arg(long, value_name = "N", default_value_t = 30)]
    visits: usize,
    /// End by itself as soon as everything was shown.
    #[arg(long, conflicts_with = "for_seconds")]
    once: bool,
    /// Keep everything for so many seconds, then end; without it until Ctrl-C.
    #[arg(long, value_name = "N")]
    for_seconds: Option<u64>,
    /// Tablet A in the real window in place of the browser.
    #[arg(long)]
    tauri: bool,
}

/// Runs the demonstration. Nothing that it started is left running, however it ends.
/// Errors: `refused` when one of our programs says no, `not_ours` for a strange folder, `interrupted`.
pub fn run(root: &Path, options: &Options) -> Result<ExitCode, RunError> {
    let window = options.tauri.then(|| Window::of(root)).transpose()?;
    let size = Size {
        traders: options.traders,
        seed: options.seed,
        visits: options.visits,
    };
    let folder = &options.folder;
    let mut stage = Stage::set(
        root,
        folder,
        Moment::Now,
        size,
        options.keep,
        window.as_ref(),
    )?;
    println!("{}", last_words::text(&stage));
    if !options.once {
        last_words::open(&stage);
        stage.wait(options.for_seconds.map(Duration::from_secs));
    }
    Ok(ExitCode::SUCCESS)
}
