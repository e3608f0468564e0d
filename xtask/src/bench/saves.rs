//! Saving a visit, and opening the list in a new process.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use whole_system_tests::Recorder;

use crate::commit::Bare;
use crate::figures::{Figures, Goal};
use crate::percentiles::Percentiles;
use crate::plain::Plain;
use crate::scale::{PASSES, Scale};
use crate::watch;
use crate::world::{World, Worlds};

/// How often the lanes take turns.
const TURNS: usize = 12;
/// Name of the figure that saves are divided by.
pub const COMMIT: &str = "one bare commit, p50";

pub fn run(scale: &Scale, worlds: &mut Worlds, figures: &mut Figures) {
    let world = worlds.of(scale.traders);
    let traders = world.tablet.traders();
    let bare = Bare::new();
    let plain = Plain::enrol(&world.office);
    println!("$ tablet record < {} visits", scale.saves);
    let mut lanes = vec![Lane::new(world.tablet.recorder(), &traders)];
    lanes.extend(plain.iter().map(|one| Lane::new(one.recorder(), &traders)));
    let mut commits = Vec::new();
    // All take turns, so that what disturbs the machine disturbs them alike.
    for _ in 0..TURNS {
        let count = scale.saves.div_ceil(TURNS);
        commits.extend(bare.commits(count));
        lanes.iter_mut().for_each(|lane| lane.save(count));
    }
    let commits = Percentiles::of(commits);
    let mut saves = lanes.into_iter().map(Lane::close);
    let ours = saves.next().unwrap_or_default();
    let without = saves.next().map(Percentiles::of);
    take_saves(figures, &ours, traders.len());
    let took = Percentiles::of(ours);
    let how = "one row of 600 bytes in an encrypted database in WAL mode, synchronous, in turns with the visits";
    figures.take(COMMIT, commits.ms(50), "ms", Goal::None, how);
    let ratio = took.ms(50) / commits.ms(50).max(1e-9);
    let how = "the two p50 of this run divided; a save is on the disk twice, in the database and in the sealed copy";
    figures.take("save ÷ one bare commit", ratio, "×", Goal::AtMost(2.2), how);
    if let Some(without) = without {
        let how = "p50 of the same visits, in turns, by a program built with and one built without encryption";
        let ratio = took.ms(50) / without.ms(50).max(1e-9);
        figures.take(
            "save ÷ save without encryption",
            ratio,
            "×",
            Goal::AtMost(1.15),
            how,
        );
    }
    take_starts(figures, scale, world);
}

/// Visits recorded by one running program.
struct Lane<'t> {
    recorder: Recorder,
    traders: &'t [Value],
    number: usize,
    took: Vec<Duration>,
}

impl<'t> Lane<'t> {
    fn new(recorder: Recorder, traders: &'t [Value]) -> Self {
        let mut lane = Self {
            recorder,
            traders,
            number: 0,
            took: Vec::new(),
        };
        // The first few warm the caches up.
        lane.save(5);
        lane.took.clear();
        lane
    }

    fn save(&mut self, count: usize) {
        for _ in 0..count {
            self.number += 1;
            let trader = &self.traders[self.number * 17 % self.traders.len()]["id"];
            let visit = json!({ "trader": trader, "outcome": "mengajar", "steps": ["prep.hp"] });
            let began = Instant::now();
            let answer = self.recorder.say(&visit);
            self.took.push(began.elapsed());
            assert!(answer["error"].is_null(), "{answer}");
        }
    }

    fn close(self) -> Vec<Duration> {
        assert_eq!(self.recorder.close(), Some(0));
        self.took
    }
}

fn take_saves(figures: &mut Figures, ours: &[Duration], traders: usize) {
    let length = ours.len().div_ceil(PASSES).max(1);
    let took = Percentiles::quietest(ours.chunks(length).map(<[_]>::to_vec).collect());
    let how = format!(
        "{} visits with a step over `tablet record`, from line to answer, {traders} traders there; quietest of {PASSES} passes",
        took.count(),
    );
    figures.take("save a visit, p50", took.ms(50), "ms", Goal::None, &how);
    figures.take(
        "save a visit, p99",
        took.ms(99),
        "ms",
        Goal::AtMost(10.0),
        &how,
    );
}

fn take_starts(figures: &mut Figures, scale: &Scale, world: &World) {
    let mut took = Vec::new();
    for _ in 0..scale.starts {
        let list = watch::json(world.tablet.command(&["traders", "--limit", "20"]));
        let rows = list.answer.as_array().map_or(0, Vec::len);
        assert_eq!(rows, 20, "{}", list.answer);
        took.push(list.took);
    }
    let took = Percentiles::of(took);
    let how = format!(
        "`tablet traders --limit 20`, {} new processes, files cached",
        took.count()
    );
    figures.take(
        "open the list anew, p50",
        took.ms(50),
        "ms",
        Goal::AtMost(150.0),
        &how,
    );
    figures.take(
        "open the list anew, longest",
        took.max_ms(),
        "ms",
        Goal::None,
        &how,
    );
}
