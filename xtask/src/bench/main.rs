//! Takes the figures of `cargo xtask bench`, and plays the steps of `cargo xtask peer-server` and `peer-client`. Built with optimisation.
//!
//! Every figure goes through the real programs or the tablet's library. The machine is shared, so that seconds stand
//! beside what the same machine needs for a bare write to the disk in the same run, and bytes beside a floor.
//! Preparing is the work of `whole-system-tests`, which panics when a program fails: that section's figures are then
//! missing, the others are still taken, and the exit code is 1.
#![forbid(unsafe_code)]

mod budget;
mod columns;
mod commit;
mod converge;
mod day_send;
mod figures;
mod first_sync;
mod lists;
mod load;
mod machine;
mod peer;
mod percentiles;
mod plain;
mod saves;
mod scale;
mod table;
mod watch;
mod workload;
mod world;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::{Parser, Subcommand};

use figures::Figures;
use load::scenes;
use scale::Scale;
use world::Worlds;

#[derive(Debug, Parser)]
#[command(name = "xtask-bench", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Take the figures.
    Figures(Options),
    /// A campaign's worst minutes against the real server.
    Load(LoadOptions),
    /// One step of the comparison with other engines.
    Peer { step: String, json: String },
}

#[derive(Debug, clap::Args)]
struct Options {
    /// Smaller counts.
    #[arg(long)]
    quick: bool,
    /// Only these sections.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// How often everything is measured anew; the median counts.
    #[arg(long, default_value_t = 1)]
    runs: usize,
    /// The limits that have to be held.
    #[arg(long, value_name = "FILE")]
    budget: Option<PathBuf>,
    /// Where the JSON goes.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Debug, clap::Args)]
struct LoadOptions {
    #[arg(long, default_value_t = 500)]
    tablets: usize,
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Seconds over which tablets are spread.
    #[arg(long, default_value_t = 60)]
    over: u64,
    /// All at the same time when the server has too much to do.
    #[arg(long, default_value_t = 5_000)]
    surplus: usize,
    /// Minutes of the soak.
    #[arg(long, default_value_t = 0)]
    soak: u64,
    /// Only these scenes.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Where the JSON goes.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

type Section = fn(&Scale, &mut Worlds, &mut Figures);

/// In this order: the first ones share one server with its tablet.
const SECTIONS: &[(&str, Section)] = &[
    ("machine", machine::run),
    ("first-sync", first_sync::run),
    ("day-send", day_send::run),
    ("saves", saves::run),
    ("lists", lists::run),
    ("converge", converge::run),
    ("workload", workload::run),
    ("load", load::run),
];

fn main() -> ExitCode {
    let ended = match Arguments::parse().command {
        Command::Figures(options) => take_figures(&options),
        Command::Load(options) => play_load(options),
        Command::Peer { step, json } => return peer::run(&step, &json),
    };
    ended.unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::from(2)
    })
}

/// Exit code 1 where a figure could not be taken or the budget is not held. Errors: in words, with what to do.
fn take_figures(options: &Options) -> Result<ExitCode, String> {
    if let Some(unknown) = options.only.iter().find(|name| !is_section(name)) {
        let known: Vec<&str> = SECTIONS.iter().map(|(name, _)| *name).collect();
        let known = known.join(", ");
        return Err(format!("there is no section {unknown}\nhint: {known}"));
    }
    let limits = options.budget.as_deref().map(budget::read).transpose()?;
    let mut figures = Figures::default();
    for run in 1..=options.runs.max(1) {
        println!("\n==== run {run} of {}", options.runs.max(1));
        take_run(options, &mut figures);
    }
    println!("\n{}", figures.table());
    write_json(&figures, options.quick, &options.out)?;
    let mut is_held = true;
    if let Some(limits) = limits {
        let (table, all) = budget::hold(&limits, &figures);
        println!("\n{table}");
        is_held = all;
    }
    Ok(ExitCode::from(u8::from(figures.any_failed() || !is_held)))
}

/// Every section once, on worlds of its own.
fn take_run(options: &Options, figures: &mut Figures) {
    let scale = if options.quick {
        Scale::QUICK
    } else {
        Scale::FULL
    };
    let mut worlds = Worlds::default();
    for (name, section) in SECTIONS {
        if !options.only.is_empty() && !options.only.iter().any(|wanted| wanted == name) {
            continue;
        }
        println!("\n== {name}");
        let began = Instant::now();
        figures.begin(name);
        let ended = catch_unwind(AssertUnwindSafe(|| {
            section(&scale, &mut worlds, figures);
        }));
        if ended.is_err() {
            figures.failed(name);
        }
        println!("-- {name} in {:.1} s", began.elapsed().as_secs_f64());
    }
}

/// Plays the scenes of the load. Exit code 1 for what is lost or wrong, not for what is slow. Errors: in words, with what to do.
fn play_load(options: LoadOptions) -> Result<ExitCode, String> {
    let known = scenes::names();
    let unknown = (options.only.iter()).find(|name| !known.contains(&name.as_str()));
    if let Some(unknown) = unknown {
        let known = known.join(", ");
        return Err(format!("there is no scene {unknown}\nhint: {known}"));
    }
    let mut figures = Figures::default();
    let scenes = scenes::Options {
        tablets: options.tablets,
        rounds: options.rounds,
        over: Duration::from_secs(options.over),
        surplus: options.surplus,
        soak: Duration::from_secs(options.soak * 60),
        only: options.only,
    };
    let wrong = scenes::run(&scenes, &mut figures);
    println!("\n{}", figures.table());
    write_json(&figures, false, &options.out)?;
    for line in &wrong {
        eprintln!("wrong: {line}");
    }
    println!("load: wrong {}", wrong.len());
    Ok(ExitCode::from(u8::from(!wrong.is_empty())))
}

fn write_json(figures: &Figures, quick: bool, out: &Path) -> Result<(), String> {
    let text = figures.json(quick, &machine::description());
    let shown = out.display();
    std::fs::write(out, text.to_string()).map_err(|error| {
        format!("{shown} could not be written: {error}\nhint: name another file")
    })?;
    println!("the same as JSON: {shown}");
    Ok(())
}

fn is_section(name: &str) -> bool {
    SECTIONS.iter().any(|(known, _)| *known == name)
}
