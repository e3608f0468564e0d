//! `cargo xtask demo`: a server, two tablets and a morning of visits by invented traders, then the commands to go on by hand.

mod books;
mod calls;
mod last_lines;
mod morning;
mod office;
mod server;
mod team;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGINT, SIGTERM};

use crate::root::own_folder;
use crate::run::{CommandLine, RunError};
use calls::Programs;
use server::Server;

/// How the demonstration is made.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The folder for everything; made anew unless --keep is given.
    #[arg(long, value_name = "DIR", default_value = "demo-data")]
    folder: PathBuf,
    /// Go on with the folder of the last time.
    #[arg(long)]
    keep: bool,
    /// Invented traders.
    #[arg(long, value_name = "N", default_value_t = 9_000)]
    traders: u64,
    /// The same seed gives the same traders and the same morning.
    #[arg(long, value_name = "S", default_value_t = 2019)]
    seed: u64,
    /// Visits of each tablet.
    #[arg(long, value_name = "N", default_value_t = 30)]
    visits: usize,
    /// End by itself as soon as everything was shown.
    #[arg(long, conflicts_with = "for_seconds")]
    once: bool,
    /// Keep the server for so many seconds, then end; without it until Ctrl-C.
    #[arg(long, value_name = "N")]
    for_seconds: Option<u64>,
}

/// Runs the demonstration. Nothing that it started is left running, however it ends.
/// Errors: `refused` when one of our programs says no, `not_ours` for a strange folder, `interrupted`.
pub fn run(root: &Path, options: &Options) -> Result<ExitCode, RunError> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        let taken = signal_hook::flag::register(signal, Arc::clone(&stop));
        taken.map_err(|source| RunError::NotStarted {
            program: "the signal handler".to_owned(),
            source,
        })?;
    }
    println!("[1/7] Building the two programs");
    let binaries = own_folder(root);
    let build = match binaries.ends_with("release") {
        true => "cargo build --release --bins",
        false => "cargo build --bins",
    };
    // Who names a folder with ready programs has built them; so do the tests, which have just done so.
    if std::env::var_os("GREBEG_BIN_DIR").is_none() {
        let code = CommandLine::new(build).run(root)?;
        if code != 0 {
            return Ok(ExitCode::from(code));
        }
    }
    let programs = Programs::new(binaries, root.join(&options.folder), root, stop);
    let server = show(&programs, options)?;
    wait(&programs, options);
    println!("Stopping the server (process {}).", server.pid());
    server.stop();
    Ok(ExitCode::SUCCESS)
}

fn show(programs: &Programs, options: &Options) -> Result<Server, RunError> {
    println!("\n[2/7] The folder");
    office::prepare_folder(programs, options.keep)?;
    println!(
        "everything is in {}",
        programs.shown_path(programs.folder())
    );
    println!("\n[3/7] The campaign and its people");
    office::load_campaign(programs)?;
    team::add_people(programs)?;
    println!(
        "\n[4/7] {} invented traders, seed {}",
        options.traders, options.seed
    );
    office::add_traders(programs, options.traders, options.seed)?;
    println!("\n[5/7] The server and two tablets");
    let server = Server::start(programs)?;
    let tablets = team::enrol_tablets(programs, server.url())?;
    println!("\n[6/7] A morning in the market, without a network");
    for (number, tablet) in tablets.iter().enumerate() {
        let seed = options.seed.wrapping_mul(31).wrapping_add(number as u64);
        morning::play(programs, tablet, options.visits, seed)?;
    }
    let before = books::take(programs, &tablets)?;
    println!("\nThe books before anything is sent");
    println!("{}", books::table(&before));
    println!("[7/7] One tablet sends, the other waits");
    if let Some(first) = tablets.first() {
        morning::send(programs, first)?;
    }
    let after = books::take(programs, &tablets)?;
    println!("\nThe books after one tablet has sent");
    println!("{}", books::table(&after));
    println!("{}", books::explained(&after));
    println!("{}", last_lines::text(programs, &tablets, &server));
    Ok(server)
}

/// Waits for Ctrl-C, for the end of the time asked for, or not at all.
fn wait(programs: &Programs, options: &Options) {
    if options.once {
        return;
    }
    let end = options
        .for_seconds
        .map(|seconds| Instant::now() + Duration::from_secs(seconds));
    match options.for_seconds {
        Some(seconds) => println!("The server runs for {seconds} more seconds."),
        None => println!("The server runs until you press Ctrl-C."),
    }
    while !programs.stop().load(Ordering::SeqCst) && end.is_none_or(|end| Instant::now() < end) {
        std::thread::sleep(Duration::from_millis(100));
    }
    println!();
}
