//! The comparison's work W1 to W4, played by our programs through a counting proxy: the same steps as for other sync engines.
//!
//! W1: an empty tablet takes all traders. W2: one sends its day. W3: all of them worked offline and meet. W4: a list opened anew.
//! What comes out is held against what was written, field by field; the floor is the same rows as columns under zstd.

mod check;
mod make;
mod stage;
mod words;

use serde_json::Value;

use crate::columns;
use crate::figures::{Figures, Goal};
use crate::scale::Scale;
use crate::world::Worlds;
use make::{Size, Workload};
use stage::{Played, Stage};

const SEED: u64 = 20_190_812;
const KIB: f64 = 1_024.0;
/// How often the list is opened.
const OPENINGS: usize = 5;

pub fn run(scale: &Scale, worlds: &mut Worlds, figures: &mut Figures) {
    worlds.end();
    let size = Size {
        traders: scale.traders,
        tablets: scale.tablets,
        visits: scale.visits,
    };
    let workload = Workload::new(size, SEED);
    let mut stage = Stage::new(&workload);
    println!("{} traders through one tablet to the server", size.traders);
    stage.play("seed", "seed", 0);
    stage.serve();
    let tablets: Vec<String> = (1..=size.tablets)
        .map(|n| format!("tablet-{n:02}"))
        .collect();
    println!("{} tablets take them, one after the other", size.tablets);
    let firsts = each(&tablets, |name, number| {
        let first = stage.play("first", name, number);
        if number == 1 {
            let what = "W1 memory of the server";
            let how = "peak after the first tablet, started on its own files";
            figures.take(what, stage.server_peak_mib(), "MiB", Goal::None, how);
        }
        first
    });
    take_first(figures, &workload, &firsts);
    take_openings(figures, &stage, &tablets[0]);
    println!("{} visits on each, offline; then they meet", size.visits);
    for (name, number) in tablets.iter().zip(1..) {
        stage.play("offline", name, number);
    }
    let mut sessions = each(&tablets, |name, number| stage.play("sync", name, number));
    let others = &tablets[..tablets.len() - 1];
    sessions.extend(each(others, |name, number| {
        stage.play("sync", name, number)
    }));
    take_day(figures, &workload, &sessions[0]);
    take_meeting(figures, &workload, &sessions);
    stage.play("first", "fresh", size.tablets + 1);
    check::run(&stage, &workload, &tablets, figures);
}

fn each(tablets: &[String], mut play: impl FnMut(&str, usize) -> Played) -> Vec<Played> {
    let numbered = tablets.iter().zip(1..);
    numbered.map(|(name, number)| play(name, number)).collect()
}

fn median(of: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = of.collect();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
}

fn take_first(figures: &mut Figures, workload: &Workload, firsts: &[Played]) {
    let how = "median of all tablets; headers included";
    let down = median(firsts.iter().map(|one| one.traffic.down as f64)) / KIB;
    figures.take("W1 down", down, "KiB", Goal::None, how);
    let floor = columns::packed_bytes(&[&workload.traders]) as f64 / KIB;
    let how = "the same rows as columns with their random ids, zstd -19";
    figures.take("W1 floor", floor, "KiB", Goal::None, how);
    let how = "the two divided";
    figures.take("W1 ÷ floor", down / floor, "×", Goal::AtMost(1.03), how);
    let seconds = median(firsts.iter().map(Played::seconds));
    let how = "opening an empty folder to durable and closed; median of all tablets";
    figures.take("W1 seconds", seconds, "s", Goal::None, how);
    let cpu = median(
        firsts
            .iter()
            .map(|one| one.number("cpu") + one.server_cpu_ms),
    ) / 1_000.0;
    figures.take("W1 computing", cpu, "s", Goal::None, "both sides together");
    let memory = median(firsts.iter().map(|one| one.number("rss"))) / KIB;
    let how = "peak resident set of the process";
    figures.take("W1 memory of the tablet", memory, "MiB", Goal::None, how);
}

fn take_day(figures: &mut Figures, workload: &Workload, sent: &Played) {
    let visits = workload
        .days
        .first()
        .map_or(0, |day| of_op(day, "visit").len());
    let up = sent.traffic.up as f64 / KIB;
    let goal = Goal::AtMost(5.5 * visits as f64 / 40.0);
    let how = format!("one tablet, {visits} visits with five field changes each");
    figures.take("W2 up", up, "KiB", goal, &how);
    figures.take("W2 seconds", sent.seconds(), "s", Goal::None, &how);
    let turns = sent.traffic.round_trips as f64;
    figures.take("W2 round trips", turns, "", Goal::AtMost(1.0), &how);
}

fn take_meeting(figures: &mut Figures, workload: &Workload, sessions: &[Played]) {
    let sum = |of: fn(&Played) -> f64| sessions.iter().map(of).sum::<f64>();
    let how = format!("{} sessions, one after the other", sessions.len());
    let kib = sum(Played::both_ways_kib);
    figures.take("W3 both ways", kib, "KiB", Goal::None, &how);
    let floor = meeting_floor(workload) / KIB;
    let words = "each sends its own and takes the others' as columns, zstd -19";
    figures.take("W3 floor", floor, "KiB", Goal::None, words);
    let ratio = kib / floor;
    figures.take(
        "W3 ÷ floor",
        ratio,
        "×",
        Goal::AtMost(1.3),
        "the two divided",
    );
    figures.take("W3 seconds", sum(Played::seconds), "s", Goal::None, &how);
    let cpu = sum(|one| one.number("cpu") + one.server_cpu_ms) / 1_000.0;
    figures.take("W3 computing", cpu, "s", Goal::None, &how);
}

/// Bytes of all changes as columns, each tablet's own up and the others' down.
fn meeting_floor(workload: &Workload) -> f64 {
    let packed = |days: &[&Vec<Value>]| {
        let of = |op| {
            days.iter()
                .flat_map(|day| of_op(day, op))
                .collect::<Vec<_>>()
        };
        columns::packed_bytes(&[&of("visit"), &of("set")]) as f64
    };
    let each = workload.days.iter().enumerate().map(|(own, day)| {
        let others = workload.days.iter().enumerate();
        let others = others
            .filter(|(number, _)| *number != own)
            .map(|(_, day)| day);
        packed(&[day]) + packed(&others.collect::<Vec<_>>())
    });
    each.sum()
}

fn of_op(day: &[Value], op: &str) -> Vec<Value> {
    let lines = day.iter().filter(|line| line["op"] == op);
    lines
        .map(|line| match op {
            "visit" => line["visit"].clone(),
            _ => line.clone(),
        })
        .collect()
}

fn take_openings(figures: &mut Figures, stage: &Stage, tablet: &str) {
    let opened: Vec<Played> = (0..OPENINGS)
        .map(|_| stage.play("reopen", tablet, 1))
        .collect();
    let how = "to a sorted list of all traders in memory; files cached";
    let warm = median(opened.iter().map(Played::seconds));
    figures.take("W4 seconds", warm, "s", Goal::None, how);
    let cold = median(opened.iter().map(|one| one.took.as_secs_f64()));
    let how = "the same, from before the process started";
    figures.take("W4 seconds with the process", cold, "s", Goal::None, how);
}
