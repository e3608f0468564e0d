//! Tablets that try again until they are heard, as late as the product's own would.

use std::time::{Duration, Instant};

use uuid::Uuid;
use whole_system_tests::Chance;

use super::crowd::{Crowd, Outcome, STACK_BYTES, Tablet};
use super::line::{Failures, Line};
use super::watch_server::cpu;

/// Longest that a first sync may try.
const FIRST_PATIENCE: Duration = Duration::from_secs(180);
/// Between two syncs of a tablet that works: shorter than people are, so that minutes stand for days.
const BETWEEN: Duration = Duration::from_millis(2_000);

/// What became of many sends.
#[derive(Debug, Default)]
pub struct Delivered {
    pub accepted: usize,
    /// Sends that failed once or more and were mended by sending again.
    pub mended: usize,
    /// Those who heard 503 at first.
    pub refused: usize,
    /// Waits of all answers of 503.
    pub busy: Vec<Duration>,
    /// Until the last of those was done who were taken at once, and how many they were.
    pub first_wave: Duration,
    pub in_first_wave: usize,
    pub took: Duration,
    pub errors: Vec<String>,
}

impl Delivered {
    fn add(&mut self, mut other: Self) {
        self.accepted += other.accepted;
        self.mended += other.mended;
        self.refused += other.refused;
        self.busy.append(&mut other.busy);
        self.first_wave = self.first_wave.max(other.first_wave);
        self.in_first_wave += other.in_first_wave;
        self.errors.append(&mut other.errors);
    }

    /// Counts one send that was tried until it was heard, or not.
    fn count(
        &mut self,
        tablet: &mut Tablet,
        visits: usize,
        request: &[u8],
        until: Instant,
    ) -> bool {
        let began = Instant::now();
        let mut failures = Failures::default();
        let heard = tablet.line.deliver(request, until, &mut failures);
        let again = failures.busy.len() + failures.broken + failures.wrong.len();
        self.mended += usize::from(again > 0 && heard.is_some());
        self.refused += usize::from(!failures.busy.is_empty());
        self.busy.append(&mut failures.busy);
        self.errors.append(&mut failures.wrong);
        let Some(heard) = heard else {
            self.errors.push("not heard in time".to_owned());
            return false;
        };
        if again == 0 {
            self.in_first_wave += visits;
            self.first_wave = self.first_wave.max(began.elapsed());
        }
        match tablet.sender.take(&heard.content) {
            Ok(taken) => {
                self.accepted += taken.accepted;
                let lacks = format!("{} of {visits} visits were accepted", taken.accepted);
                self.errors
                    .extend((taken.accepted != visits).then_some(lacks));
            }
            Err(error) => self.errors.push(error),
        }
        true
    }
}

impl Crowd {
    /// So many devices of the same tablets: each is new to the server and speaks with its tablet's token.
    pub fn devices(&self, count: usize) -> Self {
        let mut chance = Chance::seeded(5_000);
        let tablets = (0..count).map(|number| {
            let tablet = &self.tablets[number % self.tablets.len()];
            let drawn = u128::from(chance.draw()) << 64 | u128::from(chance.draw());
            Tablet {
                sender: tablet.sender.another(Uuid::from_u128(drawn)),
                line: Line::new(tablet.line.address(), &tablet.token),
                token: tablet.token.clone(),
                prepared: Vec::new(),
            }
        });
        self.with(tablets.collect())
    }

    /// Everybody's first sync, in the same instant, to its last page.
    pub fn first_syncs(&mut self) -> Outcome {
        let server = self.server();
        let before = cpu(server);
        let began = Instant::now();
        let each = self.each(|tablet| {
            let mut outcome = Outcome::default();
            let mut nothing = Chance::seeded(1);
            loop {
                let body = tablet.sender.request(0, &mut nothing);
                let request = tablet.line.request(&body);
                let mut failures = Failures::default();
                let until = began + FIRST_PATIENCE;
                let Some(heard) = tablet.line.deliver(&request, until, &mut failures) else {
                    outcome.errors.push("not heard in time".to_owned());
                    break;
                };
                outcome.errors.append(&mut failures.wrong);
                outcome.bytes_down += heard.bytes_down;
                match tablet.sender.take(&heard.content) {
                    Ok(taken) if taken.more => {}
                    Ok(_) => break,
                    Err(error) => {
                        outcome.errors.push(error);
                        break;
                    }
                }
            }
            outcome.latencies.push(began.elapsed());
            outcome
        });
        let mut all = Outcome::default();
        each.into_iter().for_each(|one| all.add(one));
        all.took = began.elapsed();
        all.cpu = cpu(server).since(before);
        all
    }

    /// Each sends so many visits, all in the same instant, and tries again until it is heard.
    pub fn deliver(&mut self, visits: usize, until: Instant) -> Delivered {
        for tablet in &mut self.tablets {
            let body = tablet.sender.request(visits, &mut self.chance);
            tablet.prepared = tablet.line.request(&body);
        }
        let began = Instant::now();
        let each = self.each(|tablet| {
            let mut one = Delivered::default();
            let request = std::mem::take(&mut tablet.prepared);
            one.count(tablet, visits, &request, until);
            one
        });
        let mut all = Delivered::default();
        each.into_iter().for_each(|one| all.add(one));
        all.took = began.elapsed();
        all
    }

    /// Each makes a visit and sends it, again and again until `ends`; what is not heard by `until` is an error.
    pub fn work(mut self, ends: Instant, until: Instant) -> Delivered {
        let each = self.each(|tablet| {
            let mut one = Delivered::default();
            let mut chance = Chance::seeded(u64::from(tablet.sender.device.0.as_fields().0));
            while Instant::now() < ends {
                let part = chance.below(1_000) as u32;
                std::thread::sleep(BETWEEN / 2 + BETWEEN * part / 1_000);
                let body = tablet.sender.request(1, &mut chance);
                let request = tablet.line.request(&body);
                if !one.count(tablet, 1, &request, until) {
                    break;
                }
            }
            one
        });
        let mut all = Delivered::default();
        each.into_iter().for_each(|one| all.add(one));
        all
    }

    /// Runs the same for each tablet at the same time.
    fn each<T: Send>(&mut self, work: impl Fn(&mut Tablet) -> T + Sync) -> Vec<T> {
        std::thread::scope(|scope| {
            let work = &work;
            let threads: Vec<_> = self
                .tablets
                .iter_mut()
                .map(|tablet| {
                    std::thread::Builder::new()
                        .stack_size(STACK_BYTES)
                        .spawn_scoped(scope, move || work(tablet))
                        .unwrap_or_else(|error| panic!("{error}"))
                })
                .collect();
            let done = threads.into_iter().filter_map(|thread| thread.join().ok());
            done.collect()
        })
    }
}
