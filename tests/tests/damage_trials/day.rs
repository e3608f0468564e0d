//! A tablet with a day of work that was not sent, and twins of it to be damaged.

use std::collections::BTreeSet;
use std::path::PathBuf;
use tempfile::TempDir;
use whole_system_tests::damage::{Kept, twin};
use whole_system_tests::{
    Office, Register, Tablet, ValueExt, assert_accounts, assert_in_step, people,
};

const TRADERS: usize = 60;
const VISITS: usize = 24;
const PHONES: usize = 6;
/// Changes that were not sent.
pub const UNSENT: usize = VISITS + PHONES;

/// The tablet, and what it had recorded: visits by their ids, and phones of traders.
pub struct Day {
    pub office: Office,
    pub tablet: Tablet,
    visits: BTreeSet<String>,
    phones: BTreeSet<String>,
    /// The server as it was before any trial.
    server: Kept,
}

/// What came back: visits, and changes in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Back {
    pub visits: usize,
    pub all: usize,
}

impl Day {
    /// The program was killed after its last answer, so that the newest commits are in the WAL alone.
    pub fn with_a_wal() -> Self {
        let mut office = Office::new();
        office.import(&Register::of("KNM", 1, TRADERS));
        let tablet = office.canvasser("Ade Nugraha", "KNM");
        tablet.settle();
        let mut phones = BTreeSet::new();
        for n in 1..=PHONES {
            let trader = tablet.trader_named(&people::name(n));
            tablet.set(&trader, &[&format!("phone={}", people::phone(500 + n))]);
            phones.insert(people::phone_kept(500 + n));
        }
        let traders = office.traders("KNM");
        let mut recorder = tablet.recorder();
        let visit = |trader: &String| recorder.visit(trader, "penjelasan");
        let saved = traders.iter().take(VISITS).map(visit);
        let visits = saved.map(|visit| visit["visit_id"].text().to_owned());
        let visits = visits.collect();
        recorder.kill9();
        office.stop();
        let server = Kept::of(office.data());
        office.serve();
        Self {
            office,
            tablet,
            visits,
            phones,
            server,
        }
    }

    /// The same in a database that was closed.
    pub fn closed() -> Self {
        let day = Self::with_a_wal();
        assert_eq!(day.tablet.status()["waiting"], UNSENT);
        day
    }

    /// A tablet with the same files as this one.
    pub fn trial(&self) -> Trial {
        let folder = twin(self.tablet.home());
        let mut tablet = Tablet::at(folder.path());
        tablet.people.clone_from(&self.tablet.people);
        Trial { tablet, folder }
    }

    /// How much of the day a tablet or the office shows.
    pub fn found(&self, dump: &str) -> Back {
        let visits = self.visits.iter().filter(|id| dump.contains(*id)).count();
        let phones = self.phones.iter().filter(|p| dump.contains(*p)).count();
        Back {
            visits,
            all: visits + phones,
        }
    }

    /// Sends what came back to the server as it was before: it has all of it, once, and both sides say the same.
    pub fn send(&mut self, trial: &mut Trial, how: &str) -> Back {
        self.office.stop();
        self.server.bring_back();
        self.office.serve();
        let tablet = &mut trial.tablet;
        if tablet.status()["device_id"].is_null() {
            let person = tablet.person().to_owned();
            tablet.enrol(&self.office.url(), &self.office.code(&[&person]));
        }
        println!("{how}: sent");
        tablet.settle();
        assert_in_step(tablet, &self.office);
        assert_accounts(tablet);
        let back = self.found(&self.office.dump());
        let totals = self.office.totals();
        let counted = (totals["counted"].number(), totals["held_back"].number());
        assert_eq!(counted, (back.visits as u64, 0), "{how}: {totals}");
        assert_eq!(self.office.json(&["verify"])["ok"], true, "{how}");
        back
    }
}

/// A twin of the day's tablet.
pub struct Trial {
    pub tablet: Tablet,
    folder: TempDir,
}

impl Trial {
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Whether damage is found at the start, before anything is shown or sent.
    pub fn is_found_damaged(&self) -> bool {
        let answer = self.tablet.ask(&["status"]);
        answer.exit == Some(1) && answer.failure() == "store_damaged"
    }

    /// Begins a new database; gives what waits in it, as `doctor` says.
    #[track_caller]
    pub fn repair(&self, how: &str) -> usize {
        let doctor = self.tablet.json(&["doctor", "--repair"]);
        let findings = doctor["findings"].to_string();
        let waiting = self.tablet.status()["waiting"].number() as usize;
        let said = format!(": {waiting} brought back");
        assert!(
            findings.contains(&said),
            "{how}: {waiting} wait; {findings}"
        );
        waiting
    }
}
