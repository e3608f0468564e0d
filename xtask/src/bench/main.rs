//! Takes the figures of `cargo xtask bench`, and plays the steps of `cargo xtask peer-server` and `peer-client`. Built with optimisation.
//!
//! Every figure goes through the real programs or the tablet's library. The machine is shared, so that seconds stand
//! beside what the same machine needs for a bare write to the disk in the same run, and bytes beside a floor.
//! Preparing is the work of `whole-system-tests`, which panics when a program fails: that section's figures are then
//! missing, the others are still taken, and the exit code is 1.
#![forbid(unsafe_code)]

mod columns;
mod converge;
mod day_send;
mod figures;
mod first_sync;
mod lists;
mod load;
mod machine;
mod peer;
mod percentiles;
mod saves;
mod scale;
mod watch;
mod world;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
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
    Figures {
        /// Smaller counts.
        #[arg(long)]
        quick: bool,
        /// Only these sections.
        #[arg(long, value_delimiter = ',')]
        only: Vec<String>,
        /// Where the JSON goes.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// A campaign's worst minutes against the real server.
    Load {
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
    },
    /// One step of the comparison with other engines.
    Peer { step: String, json: String },
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
    ("load", load::run),
];

fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Figures { quick, only, out } => take_figures(quick, &only, &out),
        Command::Load {
            tablets,
            rounds,
            over,
            surplus,
            soak,
            only,
            out,
        } => play(
            &scenes::Options {
                tablets,
                rounds,
                over: Duration::from_secs(over),
                surplus,
                soak: Duration::from_secs(soak * 60),
                only,
            },
            &out,
        ),
        Command::Peer { step, json } => peer::run(&step, &json),
    }
}

fn take_figures(quick: bool, only: &[String], out: &std::path::Path) -> ExitCode {
    if let Some(unknown) = only.iter().find(|name| !is_section(name)) {
        let known: Vec<&str> = SECTIONS.iter().map(|(name, _)| *name).collect();
        eprintln!(
            "error: there is no section {unknown}\nhint: {}",
            known.join(", ")
        );
        return ExitCode::from(2);
    }
    let scale = if quick { Scale::QUICK } else { Scale::FULL };
    let (mut worlds, mut figures) = (Worlds::default(), Figures::default());
    for (name, section) in SECTIONS {
        if !only.is_empty() && !only.iter().any(|wanted| wanted == name) {
            continue;
        }
        println!("\n== {name}");
        let began = Instant::now();
        figures.begin(name);
        let ended = catch_unwind(AssertUnwindSafe(|| {
            section(&scale, &mut worlds, &mut figures);
        }));
        if ended.is_err() {
            figures.failed(name);
        }
        println!("-- {name} in {:.1} s", began.elapsed().as_secs_f64());
    }
    drop(worlds);
    println!("\n{}", figures.table());
    let text = figures.json(quick, &machine::description()).to_string();
    if let Err(error) = std::fs::write(out, text) {
        eprintln!("error: {} could not be written: {error}", out.display());
        return ExitCode::from(1);
    }
    println!("the same as JSON: {}", out.display());
    ExitCode::from(u8::from(figures.any_failed()))
}

/// Plays the scenes of the load. Exit code 1 for what is lost or wrong, not for what is slow.
fn play(options: &scenes::Options, out: &std::path::Path) -> ExitCode {
    let known = scenes::names();
    if let Some(unknown) = options
        .only
        .iter()
        .find(|name| !known.contains(&name.as_str()))
    {
        eprintln!(
            "error: there is no scene {unknown}\nhint: {}",
            known.join(", ")
        );
        return ExitCode::from(2);
    }
    let mut figures = Figures::default();
    let wrong = scenes::run(options, &mut figures);
    println!("\n{}", figures.table());
    let text = figures.json(false, &machine::description()).to_string();
    if let Err(error) = std::fs::write(out, text) {
        eprintln!("error: {} could not be written: {error}", out.display());
        return ExitCode::from(1);
    }
    for line in &wrong {
        eprintln!("wrong: {line}");
    }
    println!("load: wrong {}", wrong.len());
    ExitCode::from(u8::from(!wrong.is_empty()))
}

fn is_section(name: &str) -> bool {
    SECTIONS.iter().any(|(known, _)| *known == name)
}
