//! Ten times as many as there are tablets, in the same instant: who is too many is told when to come again, and comes.

use std::time::{Duration, Instant};

use super::crowd::When;
use super::scenes::{Options, Wrong, busy_office, settle_accounts, take_errors, take_memory};
use crate::figures::{Figures, Goal};
use crate::percentiles::Percentiles;

/// Share of the peak that has to remain while far too many ask.
const GOODPUT: f64 = 0.8;
/// In which a refusal has to come.
const REFUSAL_MS: f64 = 100.0;
/// Longest that the last one may have to try.
const PATIENCE: Duration = Duration::from_secs(180);

pub fn run(options: &Options, figures: &mut Figures, wrong: &mut Wrong) {
    let (office, mut crowd) = busy_office(options);
    let mut expected = 0;
    let mut peak: f64 = 0.0;
    for _ in 0..options.rounds {
        let all = crowd.send(1, When::Together);
        expected += all.accepted;
        peak = peak.max(all.rate().0);
        wrong.extend(all.errors);
    }
    let mut many = crowd.devices(options.surplus);
    let before = Instant::now();
    let all = many.deliver(1, before + PATIENCE);
    expected += all.accepted;
    let name = format!("{} in the same instant", options.surplus);
    let busy = Percentiles::of(all.busy.clone());
    let what = |of: &str| format!("{name}, {of}");
    let how = "503 with Retry-After; they come again as the product's tablets do";
    figures.take(
        &what("refused at first"),
        all.refused as f64,
        "",
        Goal::None,
        how,
    );
    let goal = Goal::AtMost(REFUSAL_MS);
    let how = "from the first byte sent, with what waits in the line of connections";
    figures.take(&what("refusal p99"), busy.ms(99), "ms", goal, how);
    let took = all.first_wave.as_secs_f64().max(1e-9);
    let rate = all.in_first_wave as f64 / took;
    let how =
        format!("those who were taken at once, until the last of them; the peak was {peak:.0}/s");
    let goal = Goal::AtLeast(GOODPUT);
    figures.take(
        &what("goodput, of the peak"),
        rate / peak.max(1.0),
        "×",
        goal,
        &how,
    );
    let how = "all acknowledged, the last after so many seconds";
    figures.take(
        &what("all done"),
        all.took.as_secs_f64(),
        "s",
        Goal::None,
        how,
    );
    take_errors(figures, &name, &all.errors, wrong);
    take_memory(&office, figures);
    settle_accounts(&office, expected, figures, wrong);
}
