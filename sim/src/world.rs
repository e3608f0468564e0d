//! The world: an office, tablets with their clocks and their people, and everything that can go wrong with them.

use crate::beside::{Done, Enrolled, RealStores, RealTablet, differ};
use crate::chance::Chance;
use crate::checks::{self, Verdict, Violation, broken};
use crate::model::{Action, Actions, Records};
use crate::office::Office;
use crate::recount;
use crate::shelf::Shelf;
use crate::weather::Weather;
use grebeg_core::change::{Hash, Patch};
use grebeg_core::id::PersonId;
use grebeg_core::register::RecordKey;
use grebeg_core::stamp::Clocks;
use grebeg_core::value::Value;
use std::collections::BTreeSet;
use uuid::Uuid;

pub const MARKETS: [&str; 3] = ["KNM", "PGI", "DRJ"];
/// 29 July 2026, 07:00 in Cirebon.
const START_MS: i64 = 1_785_283_200_000;
pub const MINUTE_MS: i64 = 60_000;

/// A tablet's clock against the true time.
#[derive(Debug, Clone)]
pub struct Clock {
    pub ahead_ms: i64,
    /// Parts in a million that it runs fast.
    pub drift: i64,
    pub boot: u64,
    pub booted_ms: i64,
    /// Milliseconds that the monotonic clock has slept through.
    pub slept_ms: i64,
    /// It was set, restarted or asleep: what it says of earlier changes proves nothing.
    pub touched_ms: i64,
}

impl Clock {
    pub fn read(&self, now_ms: i64) -> Clocks {
        let drift = |ms: i64| ms + ms / 1_000_000 * self.drift;
        Clocks {
            wall_ms: START_MS + drift(now_ms - START_MS) + self.ahead_ms,
            boot: Some(self.boot),
            mono_ms: Some(drift(now_ms - self.booted_ms) - self.slept_ms),
        }
    }
}

/// A tablet, what it keeps, and what others may keep of it.
#[derive(Debug)]
pub struct Tablet {
    pub name: String,
    pub shelf: Shelf,
    /// The real store beside it.
    pub real: Option<Box<dyn RealTablet>>,
    pub clock: Clock,
    /// Its disk at earlier moments.
    pub past: Vec<Past>,
    /// Requests and answers that somebody on the line kept.
    pub requests: Vec<(Uuid, Vec<u8>)>,
    pub answers: Vec<Vec<u8>>,
}

/// A tablet's disk at a moment: in memory, and the image of the real one.
#[derive(Debug, Clone)]
pub struct Past {
    pub shelf: Shelf,
    pub image: Option<usize>,
}

/// See the module.
pub struct World {
    /// What makes real stores, where they are played beside those in memory.
    stores: Option<&'static dyn RealStores>,
    pub office: Office,
    pub tablets: Vec<Tablet>,
    pub actions: Actions,
    pub people: Vec<PersonId>,
    pub now_ms: i64,
    pub chance: Chance,
    pub weather: Weather,
    pub story: Option<Vec<String>>,
    pub syncs: u64,
    pub saves: u64,
    secrets: u64,
}

impl World {
    /// An office with traders, people and their tablets.
    pub fn new(seed: u64, tell: bool, stores: Option<&'static dyn RealStores>) -> Self {
        let mut chance = Chance::new(seed);
        let weather = Weather::draw(&mut chance);
        let mut world = Self {
            stores,
            office: Office::new(&mut chance, stores),
            tablets: Vec::new(),
            actions: Actions::new(),
            people: Vec::new(),
            now_ms: START_MS,
            chance,
            weather,
            story: tell.then(Vec::new),
            syncs: 0,
            saves: 0,
            secrets: 0,
        };
        world.tell(|world| format!("weather: {}", world.weather));
        world.found();
        world
    }

    fn found(&mut self) {
        let markets = MARKETS.iter().map(|code| {
            let id = crate::office::CAMPAIGN.definition_record("market", code);
            Patch::new("market", id, [("code", Value::text(*code))])
        });
        let campaign = Patch::new(
            "campaign",
            crate::office::CAMPAIGN.0,
            [("code", Value::text("cirebon"))],
        );
        self.office_does(markets.chain([campaign]).collect());
        for number in 0..3 + self.chance.below(3) {
            let role = match number {
                0 => "lead",
                1 if self.chance.percent(30) => "admin",
                _ => "canvasser",
            };
            let bits = if number == 0 {
                7
            } else {
                1 + self.chance.below(7)
            };
            let id = self.chance.id();
            self.people.push(PersonId(id));
            let fields = [
                ("name", Value::text(format!("orang {number}"))),
                ("role", Value::text(role)),
                ("markets", markets_of(bits)),
            ];
            self.office_does(vec![Patch::new("person", id, fields)]);
        }
        for _ in 0..6 + self.chance.below(8) {
            let id = self.chance.id();
            let market = MARKETS[self.chance.below(3)];
            let fields = [
                ("name", self.secret(&id)),
                ("market", Value::text(market)),
                ("stall", self.secret(&id)),
            ];
            self.office_does(vec![Patch::new("trader", id, fields)]);
        }
        for number in 0..self.people.len() {
            let mut people = vec![self.people[number]];
            if number + 1 == self.people.len() && self.chance.percent(50) {
                people.push(self.people[self.people.len() - 2]);
            }
            self.hand_out(people);
        }
    }

    pub fn hand_out(&mut self, people: Vec<PersonId>) {
        let (enrolment, device) = self.office.enrol(self.now_ms, people.clone());
        let enrolled = Enrolled {
            enrolment,
            device,
            people: people.clone(),
        };
        let real = self.stores.map(|stores| stores.tablet(&enrolled));
        let real = real.and_then(|real| self.worked("a new tablet", real));
        let drift = if self.weather.clocks {
            self.chance.between(-50, 50)
        } else {
            0
        };
        let clock = Clock {
            ahead_ms: self.chance.between(-3_000, 3_000),
            drift,
            boot: self.chance.draw(),
            booted_ms: self.now_ms - self.chance.between(0, 90) * MINUTE_MS,
            slept_ms: 0,
            touched_ms: self.now_ms,
        };
        self.tablets.push(Tablet {
            name: format!("tablet {}", self.tablets.len() + 1),
            shelf: Shelf::new(enrolment, device, people),
            real,
            clock,
            past: Vec::new(),
            requests: Vec::new(),
            answers: Vec::new(),
        });
    }

    pub fn tell(&mut self, words: impl FnOnce(&Self) -> String) {
        if self.story.is_some() {
            let minutes = (self.now_ms - START_MS) / MINUTE_MS;
            let (day, rest) = (minutes / 1440 + 1, minutes % 1440);
            let line = format!(
                "day {day} {:02}:{:02}  {}",
                7 + rest / 60,
                rest % 60,
                words(self)
            );
            if let Some(story) = &mut self.story {
                story.push(line);
            }
        }
    }

    /// A personal value of a trader: each is another, and all hold the trader's mark.
    pub fn secret(&mut self, trader: &Uuid) -> Value {
        self.secrets += 1;
        Value::text(format!("{}-{}", checks::secret(trader), self.secrets))
    }

    pub fn pass(&mut self, ms: i64) {
        self.now_ms += ms;
    }

    /// What a real store gave. Where it failed, that is told at the end of the step.
    pub fn worked<T>(&mut self, what: &str, done: Done<T>) -> Option<T> {
        match done {
            Ok(value) => Some(value),
            Err(failed) => {
                self.parted(format!("{what}: {failed}"));
                None
            }
        }
    }

    /// A real store is not the one in memory.
    pub fn parted(&mut self, words: String) {
        self.office.differs.get_or_insert(words);
    }

    /// Compares all that a tablet holds in memory and in its real store.
    pub fn compare_tablet(&mut self, at: usize) {
        let tablet = &mut self.tablets[at];
        let Some(real) = &mut tablet.real else {
            return;
        };
        let words = match real.holds() {
            Ok(holds) => tablet.shelf.holds().difference(&holds),
            Err(failed) => Some(failed),
        };
        if let Some(words) = words {
            self.parted(format!("{}: {words}", self.tablets[at].name));
        }
    }

    /// A change of the office.
    pub fn office_does(&mut self, patches: Vec<Patch>) {
        self.now_ms += 1;
        let filed = self.office.change(self.now_ms, patches);
        let Ok(change) = grebeg_core::change::Change::from_bytes(&filed.bytes) else {
            return;
        };
        let action = Action {
            change,
            at_ms: self.now_ms,
            gone: false,
            bare: false,
            tablet: None,
        };
        self.actions.insert(filed.content_hash, action);
    }

    /// A person saves something on a tablet.
    pub fn save(
        &mut self,
        at: usize,
        author: PersonId,
        salt: [u8; 16],
        patches: Vec<Patch>,
    ) -> Verdict {
        self.saves += 1;
        let now_ms = self.now_ms;
        let tablet = &mut self.tablets[at];
        let waiting = tablet.shelf.own.iter().filter(|own| own.said.is_none());
        let latest = waiting.map(|own| own.change.stamp).max();
        let clocks = tablet.clock.read(now_ms);
        let same = tablet.real.is_some().then(|| patches.clone());
        tablet.shelf.save(author, clocks, salt, patches);
        let Some(own) = tablet.shelf.own.last() else {
            return Ok(());
        };
        if latest.is_some_and(|latest| own.change.stamp <= latest) {
            return broken(
                "clock-back",
                format!("{} made a stamp twice or went back", tablet.name),
            );
        }
        let change = own.change.clone();
        let action = Action {
            change: change.clone(),
            at_ms: now_ms,
            gone: false,
            bare: false,
            tablet: Some(at),
        };
        self.actions.insert(own.content, action);
        if let (Some(real), Some(patches)) = (&mut tablet.real, same) {
            let saved = real.save(author, clocks, salt, patches);
            if let Some(saved) = self.worked("a save", saved)
                && let Some(words) = differ("a saved change", &change, &saved)
            {
                self.parted(words);
            }
        }
        Ok(())
    }

    /// Contents that stand somewhere: on a tablet or on the server.
    fn standing(&self) -> BTreeSet<Hash> {
        let own = self.tablets.iter().flat_map(|tablet| &tablet.shelf.own);
        let own = own.map(|own| own.content);
        own.chain(self.office.by_content().into_keys()).collect()
    }

    /// Something is lost that nobody could have saved: whatever stood only there is gone, and is not asked for later.
    pub fn lose<T>(&mut self, how: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.standing();
        let result = how(self);
        let after = self.standing();
        for content in before.difference(&after) {
            if let Some(action) = self.actions.get_mut(content) {
                action.gone = true;
            }
        }
        result
    }

    /// A tablet hears that it was stopped.
    pub fn lock(&mut self, at: usize) {
        self.lose(|world| world.tablets[at].shelf.lock());
        for own in &self.tablets[at].shelf.own {
            if let (true, Some(action)) = (own.bare, self.actions.get_mut(&own.content)) {
                action.bare = true;
            }
        }
    }

    /// What stands on a tablet's screen of kind `kind`.
    pub fn on_screen(&self, at: usize, kind: &str) -> Vec<RecordKey> {
        let shelf = &self.tablets[at].shelf;
        let known = shelf.confirmed.keys().filter(|key| key.kind == kind);
        let waiting = shelf.own.iter().filter(|own| own.said.is_none());
        let patches = waiting.flat_map(|own| &own.change.patches);
        let new = patches
            .filter(|p| p.kind == kind)
            .map(|p| RecordKey::new(kind, p.id));
        let keys: BTreeSet<RecordKey> = known.cloned().chain(new).collect();
        let erased = |key: &RecordKey| shelf.shown(key).flag(grebeg_core::merge::ERASED);
        keys.into_iter().filter(|key| !erased(key)).collect()
    }

    /// All promises, when nothing is on its way and no fault is left.
    pub fn verify(&mut self) -> Verdict {
        self.office.compare();
        for at in 0..self.tablets.len() {
            self.compare_tablet(at);
        }
        self.same_stores()?;
        checks::nothing_lost(&self.actions, &self.office)?;
        let records = checks::server(&self.actions, &self.office)?;
        self.verify_figures(&records)?;
        let shelves: Vec<&Shelf> = self.tablets.iter().map(|tablet| &tablet.shelf).collect();
        // The server's time follows what it believes, so it is judged by the true one: twice the tolerance, and its own steps.
        let latest_ms = self.now_ms + 3 * MINUTE_MS;
        if self
            .office
            .filed()
            .any(|filed| filed.stamp.ms() > latest_ms)
        {
            return broken("stamp-future", "a stamp is later than the true time");
        }
        checks::visits(&self.actions, &self.office, &shelves)?;
        checks::erased(&self.office, &shelves)?;
        for shelf in shelves {
            let stopped = self
                .office
                .enrolled(shelf.enrolment)
                .is_some_and(|e| e.revoked);
            checks::tablet(&records, &self.office, shelf, stopped)?;
        }
        Ok(())
    }

    /// Faults stop; three syncs of each tablet are enough for everybody to have everything.
    pub fn quiet(&mut self) -> Verdict {
        self.tell(|_| "the faults stop".to_owned());
        self.office.page_records = 1_000;
        for _ in 0..3 {
            for at in 0..self.tablets.len() {
                self.pass(1_000);
                let shelf = &self.tablets[at].shelf;
                if shelf.waiting() > 0 {
                    self.office.rescue(shelf.enrolment);
                }
                self.sync(at, &mut Chance::new(0), false)?;
            }
            if self.is_settled() {
                break;
            }
        }
        self.verify()
    }

    /// What the real office says and does, where there is one.
    fn verify_figures(&mut self, records: &Records) -> Verdict {
        let (figures, swept) = match self.office.said(self.now_ms) {
            None => return Ok(()),
            Some(Err(failed)) => return broken("totals", failed),
            Some(Ok(said)) => said,
        };
        recount::figures(&self.office, records, &figures)?;
        let holds = match self.office.holds() {
            Ok(holds) => holds,
            Err(failed) => return broken("stores", failed),
        };
        recount::refusals(records, &holds, &swept)
    }

    /// Real stores and those in memory have not parted.
    pub fn same_stores(&self) -> Verdict {
        match &self.office.differs {
            None => Ok(()),
            Some(words) => broken("stores", words.clone()),
        }
    }

    fn is_settled(&self) -> bool {
        let head = self.office.head();
        self.tablets.iter().all(|tablet| {
            let shelf = &tablet.shelf;
            let read = |p: &grebeg_core::sync::messages::Position| {
                p.epoch == head.epoch
                    && p.homes
                        .values()
                        .all(|c| c.is_complete() && c.seq == head.seq)
            };
            shelf.waiting() == 0 && (shelf.locked || shelf.position.as_ref().is_some_and(read))
        })
    }
}

pub fn markets_of(bits: usize) -> Value {
    let held = MARKETS
        .iter()
        .enumerate()
        .filter(|(n, _)| bits & (1 << n) != 0);
    Value::List(held.map(|(_, code)| Value::text(*code)).collect())
}

/// Makes a broken promise of what the office or a tablet says of itself.
pub fn said(what: &'static str, detail: String) -> Violation {
    Violation { what, detail }
}
