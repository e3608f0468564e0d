//! `cargo xtask load`: a campaign's worst minutes, one after the other, against the real server.

use std::time::{Duration, Instant};

use whole_system_tests::{Client, Office, Unwelcome, ValueExt, unwelcome};

use super::crowd::{Crowd, Outcome, When};
use super::{DAY_RATE, MEMORY_MIB, ONE_P99_MS, ONE_RATE, TRADERS, overload, soak, take};
use crate::figures::{Figures, Goal};
use crate::machine;
use crate::scale::Scale;
use crate::watch;
use crate::world::{MARKETS, Worlds, office_with};

/// Traders of six markets, 1,500 each, for first syncs.
const TRADERS_MORNING: usize = 9_000;
/// Most that the first syncs of one market may take, all together.
const MORNING_S: f64 = 20.0;
/// Most visits of a tablet's day.
const DAY: usize = 40;

/// How large everything is.
#[derive(Debug, Clone)]
pub struct Options {
    pub tablets: usize,
    pub rounds: usize,
    /// What "spread" means.
    pub over: Duration,
    /// All at the same time when the server has too much to do.
    pub surplus: usize,
    pub soak: Duration,
    pub only: Vec<String>,
}

/// What went wrong beside slowness: answers that nobody should have had, and visits that are not there.
pub type Wrong = Vec<String>;
type Scene = fn(&Options, &mut Figures, &mut Wrong);

const SCENES: &[(&str, Scene)] = &[
    ("morning", morning),
    ("bursts", bursts),
    ("spread", spread),
    ("hostile", hostile),
    ("overload", overload::run),
    ("soak", soak::run),
];

/// Plays the scenes and gives what went wrong.
pub fn run(options: &Options, figures: &mut Figures) -> Wrong {
    let mut wrong = Wrong::new();
    figures.begin("machine");
    machine::run(&Scale::FULL, &mut Worlds::default(), figures);
    for (name, scene) in SCENES {
        let wanted = options.only.is_empty() || options.only.iter().any(|only| only == name);
        if !wanted || *name == "soak" && options.soak.is_zero() {
            continue;
        }
        println!("\n== {name}");
        figures.begin(name);
        let began = Instant::now();
        scene(options, figures, &mut wrong);
        println!("-- {name} in {:.1} s", began.elapsed().as_secs_f64());
    }
    wrong
}

/// The names of the scenes.
pub fn names() -> Vec<&'static str> {
    SCENES.iter().map(|(name, _)| *name).collect()
}

/// An office with tablets in all markets that have read everything.
pub fn busy_office(options: &Options) -> (Office, Crowd) {
    let office = office_with(TRADERS);
    println!("enrolling {} tablets", options.tablets);
    let mut crowd = Crowd::enrol(&office, options.tablets, &MARKETS);
    crowd.catch_up(MARKETS.len());
    (office, crowd)
}

/// What is acknowledged is counted, once.
pub fn settle_accounts(office: &Office, expected: usize, figures: &mut Figures, wrong: &mut Wrong) {
    let counted = office.totals()["counted"].number() as usize;
    let lost = expected.saturating_sub(counted) as f64;
    let how = format!("{expected} acknowledged; {counted} counted by `sync-server totals`");
    figures.take(
        "acknowledged visits lost",
        lost,
        "",
        Goal::AtMost(0.0),
        &how,
    );
    if counted != expected {
        wrong.push(how);
    }
}

pub fn take_memory(office: &Office, figures: &mut Figures) {
    let memory = watch::peak_kib(office.server().pid()) as f64 / 1_024.0;
    let how = "peak resident set of the server in this scene";
    let goal = Goal::AtMost(MEMORY_MIB);
    figures.take("memory of the server", memory, "MiB", goal, how);
}

/// Half past seven: everybody's first sync of the same market, in the same instant.
fn morning(options: &Options, figures: &mut Figures, wrong: &mut Wrong) {
    let office = office_with(TRADERS_MORNING);
    println!("enrolling {} tablets of one market", options.tablets);
    let mut crowd = Crowd::enrol(&office, options.tablets, &MARKETS[..1]);
    let all = crowd.first_syncs();
    let latencies = all.percentiles();
    let how = format!(
        "{} tablets at once, whole rounds of pages",
        latencies.count()
    );
    let what = "first syncs of one market, the last one done";
    let goal = Goal::AtMost(MORNING_S);
    figures.take(what, all.took.as_secs_f64(), "s", goal, &how);
    let what = "first syncs of one market, p50";
    figures.take(what, latencies.ms(50), "ms", Goal::None, &how);
    let each = all.cpu.server * 1_000.0 / latencies.count().max(1) as f64;
    let how = "all cores together, as the system counts it";
    figures.take(
        "server's processor, a first sync",
        each,
        "ms",
        Goal::None,
        how,
    );
    let bytes = all.bytes_down as f64 / latencies.count().max(1) as f64;
    figures.take(
        "bytes down, a first sync",
        bytes,
        "bytes",
        Goal::None,
        "headers included",
    );
    take_memory(&office, figures);
    take_errors(figures, "first syncs", &all.errors, wrong);
}

/// Answers that no tablet mends by itself: the first one is wrong, and is named.
pub fn take_errors(figures: &mut Figures, name: &str, errors: &[String], wrong: &mut Wrong) {
    let how = errors.first().map_or("", String::as_str);
    let what = format!("{name}, errors");
    figures.take(&what, errors.len() as f64, "", Goal::AtMost(0.0), how);
    wrong.extend(errors.first().map(|error| format!("{name}: {error}")));
}

fn rounds(crowd: &mut Crowd, visits: usize, rounds: usize) -> Outcome {
    let mut all = Outcome::default();
    for round in 0..rounds {
        let one = crowd.send(visits, When::Together);
        let (rate, _) = one.rate();
        println!("round {} of {rounds}: {rate:.0} visits/s", round + 1);
        all.add(one);
    }
    all
}

/// All in the same instant, one visit each and a day's visits each.
fn bursts(options: &Options, figures: &mut Figures, wrong: &mut Wrong) {
    let (office, mut crowd) = busy_office(options);
    let mut expected = 0;
    for (visits, rate, p99) in [
        (1, ONE_RATE, Goal::AtMost(ONE_P99_MS)),
        (DAY, DAY_RATE, Goal::None),
    ] {
        let all = rounds(&mut crowd, visits, options.rounds);
        let name = format!("{} × {visits} at once", options.tablets);
        take(figures, &name, (Goal::AtLeast(rate), p99), &all);
        wrong.extend(all.errors.first().cloned());
        expected += all.accepted;
    }
    take_memory(&office, figures);
    settle_accounts(&office, expected, figures, wrong);
}

/// The same, one after the other.
fn spread(options: &Options, figures: &mut Figures, wrong: &mut Wrong) {
    let (office, mut crowd) = busy_office(options);
    let mut expected = 0;
    for visits in [1, DAY] {
        let all = crowd.send(visits, When::Over(options.over));
        let latencies = all.percentiles();
        let name = format!(
            "{} × {visits} over {} s",
            options.tablets,
            options.over.as_secs()
        );
        let how = "a connection of its own each, from the first byte sent to the last heard";
        let (p50, p99) = (Goal::AtMost(20.0), Goal::AtMost(ONE_P99_MS));
        for (of, ms, goal) in [
            (
                "p50",
                latencies.ms(50),
                if visits == 1 { p50 } else { Goal::None },
            ),
            ("p99", latencies.ms(99), p99),
            ("longest", latencies.max_ms(), Goal::AtMost(1_000.0)),
        ] {
            figures.take(&format!("{name}, {of}"), ms, "ms", goal, how);
        }
        take_errors(figures, &name, &all.errors, wrong);
        expected += all.accepted;
    }
    settle_accounts(&office, expected, figures, wrong);
}

/// Bombs, dripping sockets, bodies that are too large, noise and stopped tablets beside those who work.
fn hostile(options: &Options, figures: &mut Figures, wrong: &mut Wrong) {
    let (office, mut crowd) = busy_office(options);
    let (spare, stopped) = (spare(&office), spare(&office));
    let words = ["device", "revoke", &stopped.device, "--why", "hilang"];
    office.json(&words);
    let others = Unwelcome::start(&office.address(), &spare.token, &stopped.token);
    let mut expected = 0;
    for visits in [1, DAY] {
        let all = rounds(&mut crowd, visits, options.rounds);
        let name = format!("{} × {visits} at once beside hostile ones", options.tablets);
        take(figures, &name, (Goal::None, Goal::None), &all);
        wrong.extend(all.errors.first().cloned());
        expected += all.accepted;
    }
    let answers = others.end();
    let (count, bad) = (
        answers.values().sum::<usize>(),
        unwelcome::wrong(&answers, false),
    );
    println!("{answers:?}");
    let how = format!("of {count}; {}", bad.first().map_or("", String::as_str));
    let what = "hostile ones that were not refused as they should be";
    figures.take(what, bad.len() as f64, "", Goal::AtMost(0.0), &how);
    wrong.extend(bad);
    take_memory(&office, figures);
    settle_accounts(&office, expected, figures, wrong);
}

fn spare(office: &Office) -> Client {
    let person = office.person("Joko Raharjo", "canvasser", MARKETS[0]);
    Client::enrol(office, &[&person])
}
