//! A running server with a campaign of invented traders, and a tablet whose first sync was watched.

use std::time::Duration;

use whole_system_tests::office::CAMPAIGN;
use whole_system_tests::{Office, Proxy, Tablet, ValueExt};

use crate::watch;

/// All markets of the campaign: the scope of a tablet that holds every trader.
pub const MARKETS: [&str; 6] = ["KNM", "PGI", "JGS", "PRM", "DRJ", "HRJ"];

/// What passed over the line in exchanges of the sync, headers included.
#[derive(Debug, Clone, Copy, Default)]
pub struct Traffic {
    pub up: u64,
    pub down: u64,
    pub round_trips: u64,
}

/// The first sync of a tablet.
#[derive(Debug, Clone, Copy)]
pub struct FirstSync {
    pub traffic: Traffic,
    /// The programs that did it, from start to end.
    pub took: Duration,
    pub tablet_peak_kib: u64,
    pub server_peak_kib: u64,
}

/// A server, a counting line to it, and a tablet that holds everything.
#[derive(Debug)]
pub struct World {
    pub office: Office,
    pub proxy: Proxy,
    pub tablet: Tablet,
    pub first: FirstSync,
}

impl World {
    /// Makes so many invented traders, starts the server on them, and lets one tablet take everything.
    pub fn new(traders: usize) -> Self {
        let office = office_with(traders);
        let person = office.person("Sari Puspita", "canvasser", &MARKETS.join(","));
        let proxy = Proxy::to(&office.address());
        let code = office.code(&[&person]);
        let mut tablet = Tablet::new();
        let enrol = tablet.command(&["enrol", "--server", &proxy.url(), "--code", &code]);
        let enrolled = watch::json(enrol);
        tablet.device = enrolled.answer["device_id"].text().to_owned();
        tablet.people = vec![person];
        let mut first = FirstSync {
            traffic: take_traffic(&proxy),
            took: enrolled.took,
            tablet_peak_kib: enrolled.peak_kib,
            server_peak_kib: 0,
        };
        // Enrolling takes everything at once; a program that leaves it to `sync` is measured there.
        if first.traffic.round_trips == 0 {
            let synced = watch::json(tablet.command(&["sync"]));
            first.traffic = take_traffic(&proxy);
            first.took += synced.took;
            first.tablet_peak_kib = first.tablet_peak_kib.max(synced.peak_kib);
        }
        first.server_peak_kib = watch::peak_kib(office.server().pid());
        let held = tablet.traders().len();
        assert_eq!(held, traders, "the tablet holds every trader");
        Self {
            office,
            proxy,
            tablet,
            first,
        }
    }
}

/// An office with so many invented traders whose server runs.
pub fn office_with(traders: usize) -> Office {
    let mut office = Office::closed();
    let count = traders.to_string();
    println!("$ sync-server demo-data --campaign {CAMPAIGN} --traders {count} --seed 2019");
    let words = [
        "demo-data",
        "--campaign",
        CAMPAIGN,
        "--traders",
        &count,
        "--seed",
        "2019",
    ];
    let made = office.json(&words);
    assert_eq!(made["created"].number(), traders as u64, "{made}");
    office.serve();
    office
}

/// What passed over a line since the last call, exchanges of the sync only.
pub fn take_traffic(proxy: &Proxy) -> Traffic {
    let mut traffic = Traffic::default();
    for exchange in proxy.take_exchanges() {
        if exchange.request.head.starts_with(b"POST /v1/sync") {
            traffic.up += exchange.request.bytes().len() as u64;
            traffic.down += exchange.answer.bytes().len() as u64;
            traffic.round_trips += 1;
        }
    }
    traffic
}

/// The worlds of a run: sections that ask for the same size share it.
#[derive(Debug, Default)]
pub struct Worlds(Option<(usize, World)>);

impl Worlds {
    /// The world of so many traders; another size takes its place.
    pub fn of(&mut self, traders: usize) -> &mut World {
        if self.0.as_ref().is_none_or(|(size, _)| *size != traders) {
            self.0 = None;
        }
        let (_, world) = self.0.get_or_insert_with(|| (traders, World::new(traders)));
        world
    }

    /// Ends the world that is there, so that its server no longer takes part in what is measured next.
    pub fn end(&mut self) {
        self.0 = None;
    }
}
