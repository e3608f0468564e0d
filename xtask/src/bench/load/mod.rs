//! Many tablets press *Kirim* at the same moment: durable visits a second against a real server.
//!
//! Enrolments are made through the command line and HTTP, and every request is built before the clock starts. A round
//! is a burst: all tablets wait at one line, send at once, and the round ends with the last answer. Between rounds,
//! unmeasured, each takes its answer in and builds its next request, so that each answer also brings what the
//! colleagues of the same market have sent since, as it does in the field.

mod line;
mod sender;

use std::sync::Barrier;
use std::time::{Duration, Instant};

use uuid::Uuid;
use whole_system_tests::{Chance, Client, Office, ValueExt};

use crate::figures::{Figures, Goal};
use crate::machine::FSYNC;
use crate::percentiles::Percentiles;
use crate::scale::Scale;
use crate::watch;
use crate::world::{MARKETS, Worlds, office_with};
use line::{Heard, Line};
use sender::Sender;

/// Traders of the campaign: few, because it is sending that is measured.
const TRADERS: usize = 600;
/// A thread that writes and reads needs little.
const STACK_BYTES: usize = 256 << 10;

struct Tablet {
    sender: Sender,
    line: Line,
}

/// What a round of sends brought.
#[derive(Debug, Default)]
struct Outcome {
    latencies: Vec<Duration>,
    took: Duration,
    accepted: usize,
    bytes_up: usize,
    bytes_down: usize,
    errors: Vec<String>,
}

pub fn run(scale: &Scale, worlds: &mut Worlds, figures: &mut Figures) {
    worlds.end();
    let office = office_with(TRADERS);
    let mut chance = Chance::seeded(2019);
    println!(
        "enrolling {} tablets, all markets alike",
        scale.load_tablets
    );
    let mut tablets = enrol(&office, scale.load_tablets);
    catch_up(&mut tablets, &mut chance);
    let mut expected = 0;
    for (visits, rounds) in [
        (1, scale.load_rounds),
        (scale.visits, scale.load_day_rounds),
    ] {
        let mut all = Outcome::default();
        for round in 0..rounds {
            let one = burst(&mut tablets, visits, &mut chance);
            println!(
                "round {} of {rounds}: {} visits in {:.2} s, {} errors",
                round + 1,
                one.accepted,
                one.took.as_secs_f64(),
                one.errors.len()
            );
            all.add(one);
        }
        expected += all.accepted as u64;
        take(figures, scale.load_tablets, visits, rounds, &all);
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
        Goal::None,
        how,
    );
}

impl Outcome {
    fn add(&mut self, mut other: Self) {
        self.latencies.append(&mut other.latencies);
        self.errors.append(&mut other.errors);
        self.took += other.took;
        self.accepted += other.accepted;
        self.bytes_up += other.bytes_up;
        self.bytes_down += other.bytes_down;
    }
}

fn take(figures: &mut Figures, tablets: usize, visits: usize, rounds: usize, all: &Outcome) {
    let what = |of: &str| format!("{tablets} tablets × {visits} at once, {of}");
    let how = format!(
        "{rounds} bursts of prebuilt compact requests, one thread a tablet, this machine does both"
    );
    let rate = all.accepted as f64 / all.took.as_secs_f64().max(1e-9);
    figures.take(
        &what("durable visits a second"),
        rate,
        "/s",
        Goal::None,
        &how,
    );
    if let Some(fsync) = figures.value(FSYNC).filter(|ms| *ms > 0.0) {
        let how = "visits a second ÷ bare fsyncs a second of this run";
        figures.take(
            &what("visits an fsync"),
            rate * fsync / 1_000.0,
            "×",
            Goal::None,
            how,
        );
    }
    let latencies = Percentiles::of(all.latencies.clone());
    let how = "from the first byte sent to the last byte heard, all starting together";
    for (of, ms) in [
        ("p50", latencies.ms(50)),
        ("p99", latencies.ms(99)),
        ("longest", latencies.max_ms()),
    ] {
        figures.take(&what(of), ms, "ms", Goal::None, how);
    }
    let each = |bytes: usize| bytes as f64 / latencies.count().max(1) as f64;
    let how = "whole messages, headers included; down brings the colleagues' visits";
    figures.take(
        &what("bytes up, each"),
        each(all.bytes_up),
        "bytes",
        Goal::None,
        how,
    );
    figures.take(
        &what("bytes down, each"),
        each(all.bytes_down),
        "bytes",
        Goal::None,
        how,
    );
    let how = match all.errors.first() {
        None => "answers other than 200 with every visit accepted".to_owned(),
        Some(error) => format!("the first: {error}"),
    };
    let errors = all.errors.len() as f64;
    figures.take(&what("errors"), errors, "", Goal::AtMost(0.0), &how);
}

/// So many tablets, a person for each market.
fn enrol(office: &Office, count: usize) -> Vec<Tablet> {
    let all = office.records("trader");
    let traders_of = |market: &str| {
        let of_market = all.iter().filter(|trader| trader["market"] == market);
        let ids = of_market.filter_map(|trader| Uuid::try_parse(trader["id"].as_str()?).ok());
        ids.collect::<Vec<Uuid>>()
    };
    let places: Vec<(String, Vec<Uuid>)> = MARKETS
        .iter()
        .map(|market| {
            let person = office.person(&format!("Kanvaser {market}"), "canvasser", market);
            (person, traders_of(market))
        })
        .collect();
    let id = |text: &str| Uuid::try_parse(text).unwrap_or_default();
    (0..count)
        .map(|number| {
            let (person, traders) = &places[number % places.len()];
            let client = Client::enrol(office, &[person]);
            Tablet {
                sender: Sender::new(
                    id(&client.device),
                    id(&client.campaign),
                    id(person),
                    traders.clone(),
                ),
                line: Line::new(&office.address(), &client.token),
            }
        })
        .collect()
}

/// One tablet of each market reads everything; its colleagues start from there.
fn catch_up(tablets: &mut [Tablet], chance: &mut Chance) {
    let (first, others) = tablets.split_at_mut(MARKETS.len().min(tablets.len()));
    for tablet in first.iter_mut() {
        loop {
            let body = tablet.sender.request(0, chance);
            let request = tablet.line.request(&body);
            let heard = tablet
                .line
                .post(&request)
                .unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(
                heard.status,
                200,
                "{}",
                String::from_utf8_lossy(&heard.content)
            );
            let taken = tablet
                .sender
                .take(&heard.content)
                .unwrap_or_else(|error| panic!("{error}"));
            if !taken.more {
                break;
            }
        }
    }
    for (number, tablet) in others.iter_mut().enumerate() {
        tablet.sender.join(&first[number % MARKETS.len()].sender);
    }
}

/// One burst: every tablet sends so many new visits at the same moment.
fn burst(tablets: &mut [Tablet], visits: usize, chance: &mut Chance) -> Outcome {
    let requests: Vec<Vec<u8>> = tablets
        .iter_mut()
        .map(|tablet| {
            let body = tablet.sender.request(visits, chance);
            tablet.line.request(&body)
        })
        .collect();
    let start = Barrier::new(tablets.len() + 1);
    let mut outcome = Outcome::default();
    let heard: Vec<std::io::Result<Heard>> = std::thread::scope(|scope| {
        let waiting: Vec<_> = tablets
            .iter_mut()
            .zip(&requests)
            .map(|(tablet, request)| {
                let (line, start) = (&mut tablet.line, &start);
                std::thread::Builder::new()
                    .stack_size(STACK_BYTES)
                    .spawn_scoped(scope, move || {
                        let connected = line.connect();
                        start.wait();
                        connected.and_then(|()| line.post(request))
                    })
                    .unwrap_or_else(|error| panic!("{error}"))
            })
            .collect();
        start.wait();
        let began = Instant::now();
        let lost = || Err(std::io::ErrorKind::Other.into());
        let heard = waiting
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| lost()));
        let heard = heard.collect();
        outcome.took = began.elapsed();
        heard
    });
    outcome.bytes_up = requests.iter().map(Vec::len).sum();
    for (tablet, heard) in tablets.iter_mut().zip(heard) {
        match judged(tablet, heard, visits, &mut outcome) {
            Ok(accepted) => outcome.accepted += accepted,
            Err(error) => outcome.errors.push(error),
        }
    }
    outcome
}

/// The visits that an answer acknowledged. Errors: in words.
fn judged(
    tablet: &mut Tablet,
    heard: std::io::Result<Heard>,
    visits: usize,
    outcome: &mut Outcome,
) -> Result<usize, String> {
    let heard = heard.map_err(|error| error.to_string())?;
    outcome.latencies.push(heard.took);
    outcome.bytes_down += heard.bytes_down;
    if heard.status != 200 {
        let said = String::from_utf8_lossy(&heard.content).into_owned();
        return Err(format!("{}: {said}", heard.status));
    }
    let taken = tablet.sender.take(&heard.content)?;
    match taken.accepted {
        accepted if accepted == visits => Ok(accepted),
        accepted => Err(format!("{accepted} of {visits} visits were accepted")),
    }
}
