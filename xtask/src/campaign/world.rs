//! The cities, the server and the line between them, from the day of training to the morning after the last day.

use std::time::Instant;

use crate::field::bridge::Page;
use crate::field::calls::Programs;
use crate::field::days::side_by_side;
use crate::field::running::Running;
use crate::field::team::Tablet;
use crate::field::{office, team};
use crate::run::RunError;

use super::book::{Fate, Visit};
use super::city::City;
use super::compare::{self, Verdict};
use super::day::{self, Done, Job};
use super::kept::Kept;
use super::line::Line;
use super::{Planted, Size, calendar, evening, morning, plan, recap};

/// The PIN of everybody on the tablets that can be looked at afterwards.
const PIN: &str = "246810";
/// Tablets whose pages can be opened afterwards.
const SHOWN: usize = 2;
/// Before the walk.
const MORNING: (u32, u32) = (1, 30);
const MORNING_AFTER: (u32, u32) = (8, 0);

/// See the module. What runs is ended in the order of the fields when it leaves scope.
#[derive(Debug)]
pub struct World {
    line: Line,
    _server: Running,
    cities: Vec<City>,
    size: Size,
    programs: Programs,
    began: Instant,
    /// When the first day began.
    days_began: Instant,
}

impl World {
    /// Everything that stands before the first day. Errors: `refused`, `interrupted`.
    pub fn make(programs: &Programs, size: Size) -> Result<Self, RunError> {
        let began = Instant::now();
        programs.clock().turn_to(calendar::BEFORE_MS)?;
        println!(
            "» The office, {} people and {} traders, seed {}",
            size.canvassers, size.traders, size.seed
        );
        let call = programs.server(&["serve", "--listen", "127.0.0.1:0"]);
        let server = Running::listening(programs, "server", &call)?;
        let line = Line::to(server.url().trim_start_matches("http://"));
        let line = line.map_err(|source| RunError::NotStarted {
            program: "the line to the server".to_owned(),
            source,
        })?;
        let url = format!("http://{}", line.address());
        let mut cities = Vec::new();
        for number in 0..size.cities {
            cities.push(City::make(programs, size, number, &url)?);
        }
        // The day on which everybody is taught how.
        evening::turn(&cities, calendar::training(), (14, 0))?;
        let tablets = all(&cities);
        side_by_side(&tablets, |(city, tablet)| {
            let day = calendar::training();
            evening::close(city, tablet, day)?;
            city.programs.on(tablet, &["sync"]).quiet_json()
        })?;
        Ok(Self {
            line,
            _server: server,
            cities,
            size,
            programs: programs.clone(),
            began,
            days_began: Instant::now(),
        })
    }

    /// A day in all cities, and its recap.
    pub fn live_day(&mut self, number: u64) -> Result<(), RunError> {
        let size = self.size;
        println!("» Day {} of {}", number + 1, size.days);
        evening::turn(&self.cities, calendar::field_day(number), MORNING)?;
        self.fetch_returns()?;
        let mut jobs = Vec::new();
        for (at, city) in self.cities.iter_mut().enumerate() {
            jobs.extend(plan::day(city, at, number, size.days, size.planted));
        }
        let done = side_by_side(&jobs, day::live)?;
        for (job, done) in jobs.iter().zip(done) {
            self.note(job, done);
        }
        evening::live(&mut self.cities, &self.line, number)?;
        recap::print(&mut self.cities, number, size.days)?;
        self.print_progress(number + 1);
        Ok(())
    }

    /// Whoever was told that a lead has sent something back fetches it before the walk.
    fn fetch_returns(&self) -> Result<(), RunError> {
        let mut called = all(&self.cities);
        called.retain(|(city, tablet)| city.is_called(tablet));
        side_by_side(&called, |(city, tablet)| {
            city.programs.on(tablet, &["sync"]).quiet_json()
        })?;
        Ok(())
    }

    /// What came of a tablet's day.
    fn note(&mut self, job: &Job, done: Done) {
        let Some(city) = self.cities.get_mut(job.city) else {
            return;
        };
        for (id, place) in done.ids {
            if let Some(place) = place {
                city.places.insert(id, place);
            }
        }
        note_corrected(city, &done.corrected);
        for (id, name, person) in done.newcomers {
            let walker = city.walkers.iter_mut().find(|one| one.person == person);
            if let Some(walker) = walker {
                walker.meet_next(&id, day::NEWCOMERS_GOODS, &mut city.chance);
            }
            city.names.insert(id, name);
            city.book.traders += 1;
        }
    }

    fn print_progress(&self, done: u64) {
        let took = self.days_began.elapsed().as_secs_f64();
        let left = took / done as f64 * (self.size.days - done) as f64;
        let all = self.began.elapsed().as_secs_f64();
        match self.size.days - done {
            0 => println!("  ({all:.0} s)"),
            _ => println!("  ({all:.0} s, about {left:.0} s left)"),
        }
    }

    /// The morning after: everybody sends and corrects what is left; then book and office are laid side by side.
    pub fn end(mut self) -> Result<Verdict, RunError> {
        println!("» The morning after");
        let last = calendar::field_day(self.size.days - 1);
        let after = calendar::field_day(self.size.days);
        evening::turn(&self.cities, after, MORNING_AFTER)?;
        let sync = |city: &City, tablet: &Tablet| {
            let words = ["close-day", "--date", &last.to_string()];
            city.programs.on(tablet, &words).quiet_json()?;
            city.programs.on(tablet, &["sync"]).quiet_json()
        };
        side_by_side(&all(&self.cities), |(city, tablet)| sync(city, tablet))?;
        let corrected = side_by_side(&all(&self.cities), |(city, tablet)| {
            morning::correct(&city.programs, tablet, &city.open)
        })?;
        let mut corrected = corrected.into_iter();
        for city in &mut self.cities {
            for part in corrected.by_ref().take(city.tablets.len()) {
                note_corrected(city, &part);
            }
        }
        // Twice, so that everybody has heard of what the others corrected.
        side_by_side(&all(&self.cities), |(city, tablet)| sync(city, tablet))?;
        let in_step = side_by_side(&all(&self.cities), |(city, tablet)| sync(city, tablet))?;
        if self.size.planted == Some(Planted::Unsent) {
            self.keep_one_back()?;
        }
        let mut in_step = in_step.into_iter();
        let mut verdict = Verdict::default();
        for city in &self.cities {
            let kept = Kept::read(city, &compare::days(&city.book))?;
            let answers = in_step.by_ref().take(city.tablets.len());
            let tablets = city.tablets.iter().zip(answers);
            let out: Vec<String> = tablets
                .filter(|(_, answer)| answer["same_as_server"] != true)
                .map(|(tablet, _)| tablet.label.clone())
                .collect();
            verdict.add(city, &kept, &out);
        }
        if self.size.is_kept {
            self.leave_behind()?;
        }
        verdict.print(self.cities.len());
        println!("({:.0} s)", self.began.elapsed().as_secs_f64());
        Ok(verdict)
    }

    /// A visit that its tablet never sends.
    fn keep_one_back(&mut self) -> Result<(), RunError> {
        let Some(city) = self.cities.first_mut() else {
            return Ok(());
        };
        let mut standing = city.book.visits.iter().rev();
        let Some(visit) = standing.find(|visit| visit.fate == Fate::Stands).cloned() else {
            return Ok(());
        };
        // Whoever's tablet has the trader.
        let own = city.tablets.iter().find(|one| one.market == visit.market);
        let own = own.and_then(|own| Some((own, own.people.first()?)));
        let trader = city.names.iter().find(|(_, name)| **name == visit.trader);
        let (Some((own, (person, _))), Some((trader, _))) = (own, trader) else {
            return Ok(());
        };
        let words = ["visit", trader, "--outcome", "tutup", "--as", person];
        city.programs.on(own, &words).quiet_json()?;
        let canvasser = city.code(person).to_owned();
        city.book.visits.push(Visit {
            canvasser,
            outcome: "tutup".to_owned(),
            note: None,
            steps: Vec::new(),
            wants: None,
            agreed: false,
            check: None,
            ..visit
        });
        Ok(())
    }

    /// The folder as somebody finds it who opens it later.
    fn leave_behind(&self) -> Result<(), RunError> {
        let programs = &self.programs;
        office::remember_address(programs, self.line.address())?;
        office::keep_now(programs, self.programs.clock().shown_ms())?;
        for city in &self.cities {
            let written =
                std::fs::write(city.programs.folder().join("book.txt"), city.book.lines());
            written.map_err(|source| RunError::File {
                path: "book.txt".to_owned(),
                source,
            })?;
            team::remember(&city.programs, &city.tablets)?;
        }
        let first = self.cities.first();
        let shown = first.map_or(&[][..], |city| &city.tablets);
        for tablet in shown.iter().take(SHOWN) {
            let call = programs.on(tablet, &["ui", "--listen", "127.0.0.1:0"]);
            let pages = Running::listening(programs, "pages", &call)?;
            Page::open(pages.url())?.set_pins(PIN)?;
        }
        let serve = ["serve", "--listen", self.line.address()];
        let folder = programs.shown_path(programs.folder());
        println!("kept for later: {}", programs.server(&serve).shown());
        println!("        or all: cargo xtask demo --keep --folder {folder}");
        Ok(())
    }
}

/// Every tablet with its city.
fn all(cities: &[City]) -> Vec<(&City, &Tablet)> {
    let of = |city| std::iter::repeat(city);
    cities
        .iter()
        .flat_map(|city: &City| of(city).zip(&city.tablets))
        .collect()
}

fn note_corrected(city: &mut City, visits: &[String]) {
    for visit in visits {
        city.open.remove(visit);
        city.book.corrected += 1;
        let place = city.place(visit);
        if let Some(told) = city.book.visits.get_mut(place) {
            told.note = Some(morning::CORRECTION.to_owned());
        }
    }
}
