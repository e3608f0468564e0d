//! `cargo xtask campaign`: two weeks in the markets of Cirebon, lived by invented people through the real programs, and
//! compared at the end with a book of what they did.

mod book;
mod calendar;
mod city;
mod compare;
mod day;
mod evening;
mod kept;
mod line;
mod lost;
mod morning;
mod plan;
mod recap;
mod roster;
mod stages;
mod troubles;
mod world;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::field::calls::Programs;
use crate::field::{build, office, stop};
use crate::run::RunError;

use world::World;

/// What is played.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Canvassers of each city, shared out among its markets.
    #[arg(long, value_name = "N", default_value_t = 25, value_parser = clap::value_parser!(u64).range(1..=200))]
    canvassers: u64,
    /// Days in the markets from 30 July 2019 on, after the day of training.
    #[arg(long, value_name = "N", default_value_t = 14, value_parser = clap::value_parser!(u64).range(1..=60))]
    days: u64,
    /// Invented traders of each city.
    #[arg(long, value_name = "N", default_value_t = 2_000, value_parser = clap::value_parser!(u64).range(1..=100_000))]
    traders: u64,
    /// The same seed gives the same people and the same two weeks; without it a fresh one, which is printed.
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
    /// Cities that are visited at the same time, each a campaign of its own on the one server; each takes a minute or two more.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=50))]
    cities: u64,
    /// Keep the office and the tablets in this folder, for `sync-server serve --data DIR/office` and
    /// `cargo xtask demo --keep --folder DIR`; made anew each time.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Break one visit on purpose, to see that it is noticed.
    #[arg(long, value_name = "WHAT")]
    planted: Option<Planted>,
}

/// A fault that has to be noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Planted {
    /// The book lacks a visit that was made.
    Forgotten,
    /// The book has a visit that no tablet ever saved.
    Unsaved,
    /// A tablet never sends its last visit, though its line is good.
    Unsent,
    /// A tablet saves a visit twice.
    Twice,
    /// The book has another outcome for a visit.
    Misheard,
}

/// What is played, with its seed.
#[derive(Debug, Clone, Copy)]
struct Size {
    canvassers: u64,
    days: u64,
    traders: u64,
    seed: u64,
    cities: u64,
    planted: Option<Planted>,
    /// Somebody opens the folder later.
    is_kept: bool,
}

/// Plays it. Exit code 1 when a visit was lost or doubled, or book and office disagree otherwise.
/// Errors: `refused` when one of our programs says no, `not_ours` for a strange folder, `interrupted`.
pub fn run(root: &Path, options: &Options) -> Result<ExitCode, RunError> {
    let size = Size {
        canvassers: options.canvassers,
        days: options.days,
        traders: options.traders,
        seed: options.seed.unwrap_or_else(fresh_seed),
        cities: options.cities,
        planted: options.planted,
        is_kept: options.data.is_some(),
    };
    let passing = Passing::new(options.data.is_none());
    let folder = match (&options.data, &passing) {
        (Some(folder), _) => root.join(folder),
        (None, passing) => passing.folder.clone(),
    };
    let programs = stop::programs(root, &folder, Some(calendar::BEFORE_MS))?;
    println!("» Programs");
    build::programs(&programs)?;
    office::prepare_folder(&programs, false)?;
    let verdict = play(&programs, size)?;
    println!("{}", verdict.last_line(size.seed));
    Ok(ExitCode::from(u8::from(!verdict.agrees())))
}

fn play(programs: &Programs, size: Size) -> Result<compare::Verdict, RunError> {
    let mut world = World::make(programs, size)?;
    for number in 0..size.days {
        world.live_day(number)?;
    }
    world.end()
}

fn fresh_seed() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let seed = since.map_or(0, |since| since.as_millis() as u64 % 1_000_000);
    println!("seed {seed}");
    seed
}

/// A folder of our own that goes with us, however it ends.
#[derive(Debug)]
struct Passing {
    folder: PathBuf,
    is_used: bool,
}

impl Passing {
    fn new(is_used: bool) -> Self {
        let name = format!("grebeg-campaign-{}", std::process::id());
        Self {
            folder: std::env::temp_dir().join(name),
            is_used,
        }
    }
}

impl Drop for Passing {
    fn drop(&mut self) {
        if self.is_used {
            let _never_made = std::fs::remove_dir_all(&self.folder);
        }
    }
}
