//! Enrolled tablets that send when they are told to: all in the same instant, or spread over a time.

use std::io;
use std::sync::Barrier;
use std::time::{Duration, Instant};

use uuid::Uuid;
use whole_system_tests::{Chance, Client, Office};

use super::line::{Heard, Line};
use super::sender::Sender;
use super::watch_server::{Cpu, cpu};
use crate::percentiles::Percentiles;

/// A thread that writes and reads needs little.
pub const STACK_BYTES: usize = 256 << 10;

pub struct Tablet {
    pub sender: Sender,
    pub line: Line,
    pub token: String,
    /// A request that is ready.
    pub prepared: Vec<u8>,
}

/// Tablets of one campaign.
pub struct Crowd {
    pub tablets: Vec<Tablet>,
    pub chance: Chance,
    server: u32,
}

/// When they send.
#[derive(Debug, Clone, Copy)]
pub enum When {
    Together,
    /// One after the other, evenly.
    Over(Duration),
}

/// What a round of sends brought.
#[derive(Debug, Default)]
pub struct Outcome {
    pub latencies: Vec<Duration>,
    /// Visits a second of each round.
    pub rates: Vec<f64>,
    pub took: Duration,
    pub accepted: usize,
    pub bytes_up: usize,
    pub bytes_down: usize,
    /// Seconds of a processor that the server and we took while it lasted.
    pub cpu: Cpu,
    pub errors: Vec<String>,
}

impl Outcome {
    pub fn add(&mut self, mut other: Self) {
        self.latencies.append(&mut other.latencies);
        self.rates.append(&mut other.rates);
        self.errors.append(&mut other.errors);
        self.took += other.took;
        self.accepted += other.accepted;
        self.bytes_up += other.bytes_up;
        self.bytes_down += other.bytes_down;
        self.cpu.add(other.cpu);
    }

    pub fn percentiles(&self) -> Percentiles {
        Percentiles::of(self.latencies.clone())
    }

    /// Visits a second: the middle and the best of the rounds.
    pub fn rate(&self) -> (f64, f64) {
        let mut rates = self.rates.clone();
        rates.sort_by(f64::total_cmp);
        let best = rates.last().copied().unwrap_or(0.0);
        (rates.get(rates.len() / 2).copied().unwrap_or(0.0), best)
    }
}

impl Crowd {
    /// So many tablets, a person for each market.
    pub fn enrol(office: &Office, count: usize, markets: &[&str]) -> Self {
        let all = office.records("trader");
        let traders_of = |market: &str| {
            let of_market = all.iter().filter(|trader| trader["market"] == market);
            let ids = of_market.filter_map(|trader| Uuid::try_parse(trader["id"].as_str()?).ok());
            ids.collect::<Vec<Uuid>>()
        };
        let places: Vec<(String, Vec<Uuid>)> = markets
            .iter()
            .map(|market| {
                let person = office.person(&format!("Kanvaser {market}"), "canvasser", market);
                (person, traders_of(market))
            })
            .collect();
        let id = |text: &str| Uuid::try_parse(text).unwrap_or_default();
        let tablets = (0..count).map(|number| {
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
                token: client.token,
                prepared: Vec::new(),
            }
        });
        Self {
            tablets: tablets.collect(),
            chance: Chance::seeded(2019),
            server: office.server().pid(),
        }
    }

    /// Others of the same campaign.
    pub fn with(&self, tablets: Vec<Tablet>) -> Self {
        Self {
            tablets,
            chance: Chance::seeded(2020),
            server: self.server,
        }
    }

    /// The server's process.
    pub fn server(&self) -> u32 {
        self.server
    }

    /// One tablet of each market reads everything; its colleagues start from there.
    pub fn catch_up(&mut self, markets: usize) {
        let count = self.tablets.len();
        let (first, others) = self.tablets.split_at_mut(markets.min(count));
        for tablet in first.iter_mut() {
            loop {
                let body = tablet.sender.request(0, &mut self.chance);
                let request = tablet.line.request(&body);
                let heard = tablet.line.post(&request);
                let heard = heard.unwrap_or_else(|error| panic!("{error}"));
                let said = String::from_utf8_lossy(&heard.content);
                assert_eq!(heard.status, 200, "{said}");
                let taken = tablet.sender.take(&heard.content);
                if !taken.unwrap_or_else(|error| panic!("{error}")).more {
                    break;
                }
            }
        }
        for (number, tablet) in others.iter_mut().enumerate() {
            tablet.sender.join(&first[number % markets].sender);
        }
    }

    /// Every tablet sends so many new visits once. Requests are built before, answers are read after the clock.
    pub fn send(&mut self, visits: usize, when: When) -> Outcome {
        let requests: Vec<Vec<u8>> = self
            .tablets
            .iter_mut()
            .map(|tablet| {
                let body = tablet.sender.request(visits, &mut self.chance);
                tablet.line.request(&body)
            })
            .collect();
        let mut outcome = Outcome::default();
        let heard = self.post(&requests, when, &mut outcome);
        outcome.bytes_up = requests.iter().map(Vec::len).sum();
        for (tablet, heard) in self.tablets.iter_mut().zip(heard) {
            match judged(tablet, heard, visits, &mut outcome) {
                Ok(accepted) => outcome.accepted += accepted,
                Err(error) => outcome.errors.push(error),
            }
        }
        let rate = outcome.accepted as f64 / outcome.took.as_secs_f64().max(1e-9);
        outcome.rates.push(rate);
        outcome
    }

    fn post(
        &mut self,
        requests: &[Vec<u8>],
        when: When,
        outcome: &mut Outcome,
    ) -> Vec<io::Result<Heard>> {
        let count = self.tablets.len();
        let start = Barrier::new(count + 1);
        let each = match when {
            When::Together => Duration::ZERO,
            When::Over(time) => time / u32::try_from(count.max(1)).unwrap_or(1),
        };
        std::thread::scope(|scope| {
            let waiting: Vec<_> = self
                .tablets
                .iter_mut()
                .zip(requests)
                .enumerate()
                .map(|(number, (tablet, request))| {
                    let (line, start) = (&mut tablet.line, &start);
                    let after = each * u32::try_from(number).unwrap_or(0);
                    std::thread::Builder::new()
                        .stack_size(STACK_BYTES)
                        .spawn_scoped(scope, move || {
                            // Who sends at once is connected before; who comes later comes as in the morning.
                            let connected = match when {
                                When::Together => line.connect_anew(),
                                When::Over(_) => {
                                    line.close();
                                    Ok(())
                                }
                            };
                            start.wait();
                            if !after.is_zero() {
                                std::thread::sleep(after);
                            }
                            connected.and_then(|()| line.post(request))
                        })
                        .unwrap_or_else(|error| panic!("{error}"))
                })
                .collect();
            let before = cpu(self.server);
            start.wait();
            let began = Instant::now();
            let lost = || Err(io::ErrorKind::Other.into());
            let heard = waiting
                .into_iter()
                .map(|thread| thread.join().unwrap_or_else(|_| lost()));
            let heard = heard.collect();
            outcome.took = began.elapsed();
            outcome.cpu = cpu(self.server).since(before);
            heard
        })
    }
}

/// The visits that an answer acknowledged. Errors: in words.
fn judged(
    tablet: &mut Tablet,
    heard: io::Result<Heard>,
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
