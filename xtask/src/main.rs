//! Developer commands: `cargo xtask --help` lists them. A command is one file, one line in `Command` and one in `main`.
#![forbid(unsafe_code)]

mod bench_door;
mod demo;
mod nightly;
mod root;
mod run;
mod sim;
mod test;
mod tidy;
mod tools;
mod types;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Developer commands of Grebeg Pasar.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check everything: format, lints, house rules, other people's crates, all tests. Installs what is missing.
    Test(test::Options),
    /// Check the house rules; each finding says how to repair it.
    Tidy,
    /// Show a server and two tablets at work with invented traders; prints how to go on by hand.
    Demo(demo::Options),
    /// Take figures with release builds: sync, search, saving, load.
    Bench(bench_door::Options),
    /// One step of the comparison with other sync engines (WORKLOAD, PORT and DIR come from the environment).
    BenchPeer(bench_door::PeerStep),
    /// Play whole campaigns in a moment, with everything that can go wrong, and check every promise.
    Sim(sim::Options),
    /// Write the pages' TypeScript types from the table of kinds.
    Types(types::Options),
    /// Run the longer checks, which are too slow for every commit.
    Nightly,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let root = root::workspace_root();
    let ended = match arguments.command {
        Command::Test(options) => test::run(&root, &options),
        Command::Tidy => tidy::run(&root),
        Command::Demo(options) => demo::run(&root, &options),
        Command::Bench(options) => bench_door::run(&root, &options),
        Command::BenchPeer(step) => bench_door::run_peer(&root, &step),
        Command::Sim(options) => sim::run(&root, &options),
        Command::Types(options) => types::run(&root, &options),
        Command::Nightly => nightly::run(&root),
    };
    match ended {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error ({}): {error}\nhint: {}", error.code(), error.hint());
            ExitCode::from(error.exit_code())
        }
    }
}
