//! Many tablets press *Kirim* at the same moment: durable visits a second against a real server.
//!
//! Enrolments are made through the command line and HTTP, and every request is built before the clock starts. A round
//! is a burst: all tablets wait at one line, send at once, and the round ends with the last answer. Between rounds,
//! unmeasured, each takes its answer in and builds its next request, so that each answer also brings what the
//! colleagues of the same market have sent since, as it does in the field.

pub mod crowd;
pub mod line;
mod overload;
mod patient;
pub mod scenes;
pub mod sender;
mod soak;
pub mod watch_server;

use whole_system_tests::ValueExt;

use crate::figures::{Figures, Goal};
use crate::machine::FSYNC;
use crate::scale::Scale;
use crate::watch;
use crate::world::{MARKETS, Worlds, office_with};
use crowd::{Crowd, Outcome, When};

/// Traders of the campaign: few, because it is sending that is measured.
pub const TRADERS: usize = 600;
/// Visits a second that a burst of one visit each has to reach, and the longest that one in a hundred may wait.
pub const ONE_RATE: f64 = 4_000.0;
pub const ONE_P99_MS: f64 = 250.0;
/// The same with a day's visits each.
pub const DAY_RATE: f64 = 10_000.0;
/// Most memory of the server.
pub const MEMORY_MIB: f64 = 150.0;

pub fn run(scale: &Scale, worlds: &mut Worlds, figures: &mut Figures) {
    worlds.end();
    let office = office_with(TRADERS);
    println!(
        "enrolling {} tablets, all markets alike",
        scale.load_tablets
    );
    let mut crowd = Crowd::enrol(&office, scale.load_tablets, &MARKETS);
    crowd.catch_up(MARKETS.len());
    let mut expected = 0;
    for (visits, rounds) in [
        (1, scale.load_rounds),
        (scale.visits, scale.load_day_rounds),
    ] {
        let mut all = Outcome::default();
        for round in 0..rounds {
            let one = crowd.send(visits, When::Together);
            println!(
                "round {} of {rounds}: {} visits in {:.2} s, {} errors; processor {:.2} s server, {:.2} s here",
                round + 1,
                one.accepted,
                one.took.as_secs_f64(),
                one.errors.len(),
                one.cpu.server,
                one.cpu.ours,
            );
            all.add(one);
        }
        expected += all.accepted as u64;
        let name = format!("{} tablets × {visits} at once", scale.load_tablets);
        let goals = match visits {
            1 => (Goal::AtLeast(ONE_RATE), Goal::AtMost(ONE_P99_MS)),
            _ => (Goal::AtLeast(DAY_RATE), Goal::None),
        };
        take(figures, &name, goals, &all);
    }
    let counted = office.totals()["counted"].number();
    let goal = Goal::AtLeast(expected as f64);
    let how = "`sync-server totals` afterwards; every acknowledged visit is the goal";
    figures.take(
        "visits of the load that are counted",
        counted as f64,
        "visits",
        goal,
        how,
    );
    let memory = watch::peak_kib(office.server().pid()) as f64 / 1_024.0;
    let how = "peak resident set of the server over all rounds";
    figures.take(
        "memory of the server under load",
        memory,
        "MiB",
        Goal::AtMost(MEMORY_MIB),
        how,
    );
}

/// The figures of some rounds: visits a second and the longest waits, each with its goal.
pub fn take(figures: &mut Figures, name: &str, (rate_goal, p99_goal): (Goal, Goal), all: &Outcome) {
    let what = |of: &str| format!("{name}, {of}");
    let how = format!(
        "{} bursts of prebuilt compact requests, one thread a tablet, this machine does both",
        all.rates.len()
    );
    let (middle, best) = all.rate();
    let of = "durable visits a second";
    figures.take(
        &what(of),
        middle,
        "/s",
        rate_goal,
        &format!("middle of {how}"),
    );
    figures.take(&what("best round"), best, "/s", Goal::None, "");
    if let Some(fsync) = figures.value(FSYNC).filter(|ms| *ms > 0.0) {
        let how = "visits a second ÷ bare fsyncs a second of this run";
        let ratio = middle * fsync / 1_000.0;
        figures.take(&what("visits an fsync"), ratio, "×", Goal::None, how);
    }
    let each_us = |seconds: f64| seconds * 1e6 / all.accepted.max(1) as f64;
    for (of, seconds) in [
        ("server's processor, a visit", all.cpu.server),
        ("our own processor, a visit", all.cpu.ours),
    ] {
        let how = "all cores together, as the system counts it";
        figures.take(&what(of), each_us(seconds), "µs", Goal::None, how);
    }
    let latencies = all.percentiles();
    let how = "from the first byte sent to the last byte heard, all starting together";
    for (of, ms, goal) in [
        ("p50", latencies.ms(50), Goal::None),
        ("p99", latencies.ms(99), p99_goal),
        ("longest", latencies.max_ms(), Goal::None),
    ] {
        figures.take(&what(of), ms, "ms", goal, how);
    }
    let each = |bytes: usize| bytes as f64 / latencies.count().max(1) as f64;
    let how = "whole messages, headers included; down brings the colleagues' visits";
    for (of, bytes) in [
        ("bytes up, each", all.bytes_up),
        ("bytes down, each", all.bytes_down),
    ] {
        figures.take(&what(of), each(bytes), "bytes", Goal::None, how);
    }
    let how = match all.errors.first() {
        None => "answers other than 200 with every visit accepted".to_owned(),
        Some(error) => format!("the first: {error}"),
    };
    let errors = all.errors.len() as f64;
    figures.take(&what("errors"), errors, "", Goal::AtMost(0.0), &how);
}
