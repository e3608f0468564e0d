//! Developer commands: `cargo xtask --help` lists them. A command is one file, one line in `Command` and one in `main`.
#![forbid(unsafe_code)]

mod android;
mod bench_door;
mod bundle;
mod campaign;
mod coverage;
mod demo;
mod field;
mod fuzz;
mod judged;
mod mutants;
mod nightly;
mod pages;
mod performance;
mod pictures;
mod root;
mod run;
mod sim;
mod test;
mod tidy;
mod tools;
mod torture;
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
    /// Open the office and two tablets in the browser, with a week of invented work behind them.
    Demo(demo::Options),
    /// Live through two weeks in the markets of Cirebon with the real programs, and compare them with a book of what was done.
    Campaign(campaign::Options),
    /// Take pictures of every screen over the real programs.
    Pictures(pictures::Options),
    /// Take figures with release builds: sync, search, saving, load.
    Bench(bench_door::Options),
    /// A campaign's worst minutes against the real server: first syncs, bursts, hostile ones, overload, kills.
    Load(bench_door::LoadOptions),
    /// Our server in the comparison with other sync engines (PORT, DIR and WORKLOAD come from the environment).
    PeerServer,
    /// One step of our client in that comparison (WORKLOAD comes from the environment).
    PeerClient(bench_door::PeerStep),
    /// Play whole campaigns in a moment, with everything that can go wrong, and check every promise.
    Sim(sim::Options),
    /// Hand invented and damaged input to everything that reads foreign bytes.
    Fuzz(fuzz::Options),
    /// Show which lines and branches of core its tests take.
    Coverage(coverage::Options),
    /// Break core in every small way, and see whether a test notices.
    Mutants(mutants::Options),
    /// Write the pages' TypeScript types from the table of kinds.
    Types(types::Options),
    /// Make an installable package of the tablet's window, look into it and start it once.
    Bundle,
    /// Type-check the Rust code for Android, with Debian's own compiler; builds nothing that could be installed.
    AndroidCheck,
    /// Make `docs/performance.md` and its charts of the figures that lie beside it.
    Performance(performance::Options),
    /// Real faults on the real programs, thousands of them, and a table of what they did.
    Torture(torture::Options),
    /// Run the longer checks, which are too slow for every commit.
    Nightly(nightly::Options),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let root = root::workspace_root();
    let ended = match arguments.command {
        Command::Test(options) => test::run(&root, &options),
        Command::Tidy => tidy::run(&root),
        Command::Demo(options) => demo::run(&root, &options),
        Command::Campaign(options) => campaign::run(&root, &options),
        Command::Pictures(options) => pictures::run(&root, &options),
        Command::Bench(options) => bench_door::run(&root, &options),
        Command::Load(options) => bench_door::run_load(&root, &options),
        Command::PeerServer => bench_door::run_peer(&root, &bench_door::PeerStep::serve()),
        Command::PeerClient(step) => bench_door::run_peer(&root, &step),
        Command::Sim(options) => sim::run(&root, &options),
        Command::Fuzz(options) => fuzz::run(&root, &options),
        Command::Coverage(options) => coverage::run(&root, &options),
        Command::Mutants(options) => mutants::run(&root, &options),
        Command::Types(options) => types::run(&root, &options),
        Command::Bundle => bundle::run(&root),
        Command::AndroidCheck => android::run(&root),
        Command::Performance(options) => return performance::run(&root, &options),
        Command::Torture(options) => torture::run(&root, &options),
        Command::Nightly(options) => nightly::run(&root, &options),
    };
    match ended {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error ({}): {error}\nhint: {}", error.code(), error.hint());
            ExitCode::from(error.exit_code())
        }
    }
}
