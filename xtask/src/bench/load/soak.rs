//! Tablets that work for minutes while the server is killed every minute: nothing is lost, nothing grows.

use std::time::{Duration, Instant};

use super::scenes::{Options, Wrong, busy_office, settle_accounts, take_errors};
use super::watch_server::open_files;
use crate::figures::{Figures, Goal};

/// From one kill to the next.
const KILL_EVERY: Duration = Duration::from_secs(60);
/// Tablets come to an end after the last kill within this time.
const QUIET: Duration = Duration::from_secs(120);
/// Growth from the first minutes to the last that is noise.
const GROWTH_MAX: f64 = 1.1;

/// What the server held shortly before it was killed, at the same age each time.
#[derive(Debug, Clone, Copy)]
struct Held {
    memory_kib: u64,
    files: usize,
    log_kib: u64,
}

pub fn run(options: &Options, figures: &mut Figures, wrong: &mut Wrong) {
    let (mut office, crowd) = busy_office(options);
    let minutes = options.soak.as_secs().div_ceil(60).max(1);
    let ends = Instant::now() + KILL_EVERY * u32::try_from(minutes).unwrap_or(1);
    let mut held = Vec::new();
    let all = std::thread::scope(|scope| {
        let at_work = scope.spawn(move || crowd.work(ends, ends + QUIET));
        for minute in 1..=minutes {
            let kill_at = ends - KILL_EVERY * u32::try_from(minutes - minute).unwrap_or(0);
            std::thread::sleep(kill_at.saturating_duration_since(Instant::now()));
            let now = Held {
                memory_kib: office.server().memory_kib(),
                files: open_files(office.server().pid()),
                log_kib: office.store_log_bytes() >> 10,
            };
            println!("minute {minute} of {minutes}: {now:?}");
            held.push(now);
            office.kill9();
            office.serve();
        }
        at_work.join()
    });
    let Ok(all) = all else {
        wrong.push("a tablet broke off".to_owned());
        return;
    };
    let name = format!("soak of {minutes} min, a kill each");
    let what = |of: &str| format!("{name}, {of}");
    figures.take(
        &what("visits"),
        all.accepted as f64,
        "",
        Goal::None,
        "all acknowledged",
    );
    let how = "answers that never came, or 503: sent again until they came";
    figures.take(
        &what("mended by tablets"),
        all.mended as f64,
        "",
        Goal::None,
        how,
    );
    take_errors(figures, &name, &all.errors, wrong);
    let growth = |of: fn(&Held) -> f64| {
        let third = held.len().div_ceil(3);
        let middle = |part: &[Held]| part.iter().map(of).sum::<f64>() / part.len().max(1) as f64;
        middle(&held[held.len() - third..]) / middle(&held[..third]).max(1.0)
    };
    let how = "the last third of the minutes by the first, before each kill";
    let goal = Goal::AtMost(GROWTH_MAX);
    let memory = growth(|held| held.memory_kib as f64);
    figures.take(&what("memory, growth"), memory, "×", goal, how);
    let files = growth(|held| held.files as f64);
    figures.take(&what("open files, growth"), files, "×", goal, how);
    let log = growth(|held| held.log_kib as f64);
    figures.take(&what("log beside the store, growth"), log, "×", goal, how);
    let bytes = office.store_bytes() as f64 / all.accepted.max(1) as f64;
    let how = "the store with its log, by visits";
    figures.take(&what("disk, a visit"), bytes, "bytes", Goal::None, how);
    settle_accounts(&office, all.accepted, figures, wrong);
}
