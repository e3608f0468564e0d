//! What goes wrong beside the line: clocks, stores, copies, the server's machine.

use crate::chance::Chance;
use crate::world::{Clock, MINUTE_MS, Past, Tablet, World};

/// Midnight of 1 January 2011 and 2099, in Unix milliseconds.
const ODD_YEARS: [i64; 2] = [1_293_840_000_000, 4_070_908_800_000];
const TABLETS_MAX: usize = 9;

impl World {
    pub fn trouble(&mut self, chance: &mut Chance) {
        let at = chance.below(self.tablets.len());
        match chance.below(6) {
            0 | 1 if self.weather.clocks => self.clock(at, chance),
            2 if self.weather.tails => self.tail(at, chance),
            3 if self.weather.copies && chance.percent(40) => self.copy(at, chance),
            4 if self.weather.restores => self.restore(chance),
            5 if self.weather.stops && chance.percent(40) => self.stop(at, chance),
            _ => {}
        }
    }

    fn clock(&mut self, at: usize, chance: &mut Chance) {
        let now_ms = self.now_ms;
        let clock = &mut self.tablets[at].clock;
        let words = match chance.below(5) {
            0 => {
                let year = ODD_YEARS[chance.below(2)];
                clock.ahead_ms = year - now_ms;
                "its clock jumps to another century's date"
            }
            1 => {
                clock.ahead_ms = chance.between(-90, 90) * MINUTE_MS;
                "its clock is set"
            }
            2 => {
                clock.ahead_ms = chance.between(-2_000, 2_000);
                "its clock is put right"
            }
            3 => {
                clock.slept_ms += chance.between(1, 300) * MINUTE_MS / 3;
                "it sleeps and its monotonic clock stands still"
            }
            _ => {
                clock.boot = chance.draw();
                clock.booted_ms = now_ms;
                clock.slept_ms = 0;
                "it is restarted"
            }
        };
        clock.touched_ms = now_ms;
        self.tell(|world| format!("{}: {words}", world.tablets[at].name));
    }

    /// The store comes back as it was some time ago.
    fn tail(&mut self, at: usize, chance: &mut Chance) {
        if self.tablets[at].shelf.locked {
            return;
        }
        let Some(past) = chance.pick(&self.tablets[at].past).cloned() else {
            return;
        };
        self.tell(|world| {
            let (had, has) = (world.tablets[at].shelf.own.len(), past.shelf.own.len());
            format!(
                "{}: its store is an older one, {has} of {had} changes",
                world.tablets[at].name
            )
        });
        self.lose(|world| world.tablets[at].shelf = past.shelf);
        if let (Some(real), Some(image)) = (&mut self.tablets[at].real, past.image) {
            let done = real.put_back(image);
            self.worked("an older store", done);
            self.compare_tablet(at);
        }
    }

    /// Keeps a tablet's disk, so that it can come back.
    pub fn keep_past(&mut self, at: usize) {
        let tablet = &mut self.tablets[at];
        let shelf = tablet.shelf.clone();
        let image = tablet.real.as_mut().map(|real| real.image());
        let image = image.and_then(|image| self.worked("an image", image));
        let past = &mut self.tablets[at].past;
        past.push(Past { shelf, image });
        if past.len() > 3 {
            past.remove(0);
        }
    }

    fn copy(&mut self, at: usize, chance: &mut Chance) {
        if self.tablets.len() >= TABLETS_MAX {
            return;
        }
        let real = self.tablets[at].real.as_ref().map(|real| real.copy());
        let real = real.and_then(|real| self.worked("a copy", real));
        let tablet = &self.tablets[at];
        let number = self.tablets.len() + 1;
        let copy = Tablet {
            name: format!("tablet {number} (a copy of {})", tablet.name),
            shelf: tablet.shelf.clone(),
            real,
            clock: Clock {
                boot: chance.draw(),
                booted_ms: self.now_ms,
                slept_ms: 0,
                ..tablet.clock.clone()
            },
            past: Vec::new(),
            requests: tablet.requests.clone(),
            answers: tablet.answers.clone(),
        };
        self.tell(|_| format!("{} comes to be", copy.name));
        self.tablets.push(copy);
    }

    fn restore(&mut self, chance: &mut Chance) {
        if chance.percent(60) {
            self.office.back_up();
            self.tell(|_| "the server is backed up".to_owned());
            return;
        }
        let (which, now_ms) = (chance.below(4), self.now_ms);
        let restored = self.lose(|world| world.office.restore(now_ms, which));
        if restored.is_some() {
            self.adopt_office_changes();
            self.tell(|world| {
                format!(
                    "the server is restored from a backup, at {}",
                    world.office.head().seq
                )
            });
        }
    }

    fn stop(&mut self, at: usize, chance: &mut Chance) {
        let enrolment = self.tablets[at].shelf.enrolment;
        if self.office.enrolled(enrolment).is_some_and(|e| e.revoked) {
            self.office.rescue(enrolment);
            self.tell(|world| {
                format!("{}: is found again and may hand in", world.tablets[at].name)
            });
            if chance.percent(50) {
                let people = self.tablets[at].shelf.people.clone();
                self.hand_out(people);
            }
            return;
        }
        self.office.stop(self.now_ms, enrolment);
        self.tell(|world| format!("{}: is lost and stopped", world.tablets[at].name));
    }
}
