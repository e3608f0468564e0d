//! `grebeg-sim`: plays campaigns from a seed and says what broke; `cargo xtask sim` builds and starts it.
#![forbid(unsafe_code)]

use clap::Parser;
use grebeg_sim::beside::RealStores;
use grebeg_sim::campaign::{play, steps};
use grebeg_sim::shrink::shrink;
use sha2::{Digest, Sha256};
use std::process::ExitCode;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Violations after which a run ends: more of the same tell no more.
const ENOUGH: u64 = 3;
const SHRINK_LIMIT: Duration = Duration::from_secs(40);
const NIGHT_S: u64 = 3 * 3_600;

#[derive(Debug, Parser)]
#[command(name = "grebeg-sim", about)]
struct Options {
    /// Without it a fresh one, which is printed.
    #[arg(long)]
    seed: Option<u64>,
    /// How long to play.
    #[arg(long, conflicts_with = "days")]
    seconds: Option<u64>,
    /// How many days to play; the same seed and days give the same run to the byte.
    #[arg(long)]
    days: Option<u64>,
    /// What is played: the stores in memory alone, or the programs' own SQLite stores beside them.
    #[arg(long, default_value = "memory")]
    store: Store,
    /// Show that each planted bug is found.
    #[arg(long)]
    planted: bool,
    /// Play for hours.
    #[arg(long)]
    nightly: bool,
    /// Tell the whole story of one campaign.
    #[arg(long)]
    tell: bool,
}

/// Where the two sides keep what they have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Store {
    Memory,
    Sqlite,
}

impl Store {
    /// The real stores. `Err`: they are not in this build.
    fn real(self) -> Result<Option<&'static dyn RealStores>, &'static str> {
        match self {
            Self::Memory => Ok(None),
            #[cfg(feature = "sqlite")]
            Self::Sqlite => Ok(Some(&grebeg_sim::sqlite::Sqlite)),
            #[cfg(not(feature = "sqlite"))]
            Self::Sqlite => Err("built without the real stores: --features sqlite"),
        }
    }
}

/// The campaign's own seed and its length in days.
fn campaign(seed: u64, number: u64) -> (u64, u64) {
    let own = seed.wrapping_mul(1_000_003).wrapping_add(number);
    (own, 3 + own % 10)
}

fn main() -> ExitCode {
    let options = Options::parse();
    #[cfg(feature = "planted")]
    if options.planted {
        return grebeg_sim::planted::hunt();
    }
    if options.planted {
        eprintln!("built without the planted bugs: --features planted");
        return ExitCode::from(2);
    }
    let stores = match options.store.real() {
        Ok(stores) => stores,
        Err(words) => {
            eprintln!("{words}");
            return ExitCode::from(2);
        }
    };
    let fresh = SystemTime::now().duration_since(UNIX_EPOCH);
    let seed = options
        .seed
        .unwrap_or_else(|| fresh.map_or(1, |t| t.as_nanos() as u64 % 1_000_000_007));
    let seconds = match options.nightly {
        true => NIGHT_S,
        false => options.seconds.unwrap_or(60),
    };
    let started = Instant::now();
    let mut playing = Duration::ZERO;
    let (mut days_played, mut violations, mut saves, mut syncs) = (0, 0, 0, 0);
    let mut state = Sha256::new();
    for number in 0.. {
        let over = match options.days {
            Some(days) => days_played >= days,
            None => started.elapsed().as_secs() >= seconds,
        };
        if over || violations >= ENOUGH {
            break;
        }
        let (own, mut days) = campaign(seed, number);
        if let Some(limit) = options.days {
            days = days.min(limit - days_played);
        }
        let list = steps(own, days);
        let began = Instant::now();
        let ended = play(own, &list, options.tell, stores);
        playing += began.elapsed();
        for line in &ended.story {
            println!("{line}");
        }
        days_played += days;
        saves += ended.saves;
        syncs += ended.syncs;
        state.update(ended.state);
        if let Some((_, violation)) = ended.broken {
            violations += 1;
            println!(
                "\ncampaign {own} ({days} days): {} — {}",
                violation.what, violation.detail
            );
            let (kept, short) = shrink(own, &list, SHRINK_LIMIT, stores);
            println!("{} of {} steps are enough:", kept.len(), list.len());
            for line in &short.story {
                println!("  {line}");
            }
        }
    }
    let rate = days_played as f64 / playing.as_secs_f64();
    println!("{saves} saved actions, {syncs} syncs, {rate:.0} campaign-days a second");
    let hash: String = state
        .finalize()
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    println!("sim: seed {seed} campaign-days {days_played} violations {violations} state {hash}");
    ExitCode::from(u8::from(violations > 0))
}
