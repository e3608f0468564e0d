//! `cargo xtask demo`: the office and two tablets in the browser, with a week of invented work behind them.

mod bridge;
mod build;
mod calls;
mod chance;
mod clock;
mod days;
mod last_words;
mod odd;
mod office;
mod review;
mod running;
mod story;
mod team;
mod walk;
mod window;
mod words;
mod world;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGINT, SIGTERM};

use crate::root::{own_folder, target_dir};
use crate::run::RunError;
use calls::Programs;
use running::Running;
use window::Window;
use world::Size;

/// How often a stop is looked for.
const LOOK_EVERY: Duration = Duration::from_millis(50);

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
    let began = Instant::now();
    let programs = programs(root, &options.folder, None)?;
    let window = options.tauri.then(|| Window::of(root)).transpose()?;
    println!("» Pages and programs");
    build::all(
        &programs,
        window.as_ref().map(|window| window.package.as_str()),
    )?;
    let built = Instant::now();
    let is_kept = office::prepare_folder(&programs, options.keep)?;
    let size = Size {
        traders: options.traders,
        seed: options.seed,
        visits: options.visits,
    };
    let mut world = match is_kept {
        true => world::again(&programs)?,
        false => world::make(&programs, size)?,
    };
    let mut pages = Vec::new();
    for tablet in &world.tablets {
        match &window {
            Some(window) if tablet.letter == 'A' => pages.push(window.open(&programs, tablet)?),
            _ => pages.push(world::start_pages(&programs, tablet)?),
        }
    }
    println!("{}", last_words::text(&programs, &world, &pages));
    println!(
        "Built in {:.0} s, made in {:.0} s.",
        built.duration_since(began).as_secs_f32(),
        built.elapsed().as_secs_f32()
    );
    if !options.once {
        last_words::open(&world, &pages);
    }
    wait(&programs, options, &mut world.server);
    for running in pages.iter().chain([&world.server]) {
        println!("Stopping {} (process {}).", running.name(), running.pid());
    }
    Ok(ExitCode::SUCCESS)
}

/// The programs over a folder, stopped by Ctrl-C and SIGTERM.
fn programs(root: &Path, folder: &Path, now_ms: Option<i64>) -> Result<Programs, RunError> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        let taken = signal_hook::flag::register(signal, Arc::clone(&stop));
        taken.map_err(|source| RunError::NotStarted {
            program: "the signal handler".to_owned(),
            source,
        })?;
    }
    // Only programs built for development let their clock be turned.
    let binaries = match std::env::var_os("GREBEG_BIN_DIR") {
        Some(folder) => PathBuf::from(folder),
        None if own_folder(root).ends_with("release") => target_dir(root).join("debug"),
        None => own_folder(root),
    };
    Ok(Programs::new(
        binaries,
        root.join(folder),
        root,
        stop,
        now_ms,
    ))
}

/// Waits for Ctrl-C, for the end of the time asked for, or not at all.
fn wait(programs: &Programs, options: &Options, server: &mut Running) {
    if options.once {
        return;
    }
    let end = options
        .for_seconds
        .map(|seconds| Instant::now() + Duration::from_secs(seconds));
    match options.for_seconds {
        Some(seconds) => println!("It runs for {seconds} more seconds."),
        None => println!("It runs until you press Ctrl-C."),
    }
    let mut is_there = true;
    while !programs.stop().load(Ordering::SeqCst) && end.is_none_or(|end| Instant::now() < end) {
        if is_there && server.has_ended() {
            println!("The server has ended; the tablets go on without it.");
            is_there = false;
        }
        std::thread::sleep(LOOK_EVERY);
    }
    println!();
}
