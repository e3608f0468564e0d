//! The whole world of the demonstration, made step by step: campaign, people, traders, tablets, the days behind, today.

use std::time::Instant;

use chrono::{Days, NaiveDate};
use grebeg_core::definition::{Definition, builtin_definition, demo_names};

use crate::run::RunError;

use crate::field::bridge::Page;
use crate::field::calls::Programs;
use crate::field::chance::Chance;
use crate::field::office::start_server;
use crate::field::running::Running;
use crate::field::story::Ways;
use crate::field::team::Tablet;
use crate::field::walk::{Hours, Planned, Walker};
use crate::field::{days, office, review, team};

use super::odd;

/// The PIN of everybody on the two tablets.
pub const PIN: &str = "246810";
/// Working days behind the demonstration.
const DAYS: u64 = 7;
/// Tablets whose pages are opened.
const SHOWN: usize = 2;

/// How much is invented.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    pub traders: u64,
    pub seed: u64,
    /// Visits of a tablet of two people and day.
    pub visits: usize,
}

/// What runs, and what is needed to look at it.
#[derive(Debug)]
pub struct World {
    pub server: Running,
    /// Tablets A and B.
    pub tablets: Vec<Tablet>,
    /// Who can go on with the day; nobody where the world was made some other time.
    pub team: Option<Team>,
}

/// The canvassers at work: their tablets, and where each of them walks.
#[derive(Debug)]
pub struct Team {
    definition: Definition,
    tablets: Vec<Tablet>,
    walkers: Vec<Walker>,
    chance: Chance,
    /// Of a tablet of two people and day.
    visits: usize,
}

/// Makes everything anew. Errors: `refused` when one of our programs says no, `interrupted`.
pub fn make(programs: &Programs, size: Size) -> Result<World, RunError> {
    let definition = builtin_definition(office::CAMPAIGN).ok_or_else(|| RunError::NoAnswer {
        command: office::CAMPAIGN.to_owned(),
        expected: "definition".to_owned(),
    })?;
    let today = definition.local_time(programs.clock().now_ms()).date();
    let eve = today - Days::new(DAYS + 1);
    let mut step = Steps::default();

    step.say("The campaign and its people");
    let begin_ms = days::at_ms(&definition, eve, (14, 0));
    programs.clock().turn_to(begin_ms)?;
    office::load_campaign(programs, today, DAYS)?;
    let people = team::add_people(programs, &demo_names().demo_team, &team::SIGN_INS)?;

    step.say(&format!(
        "{} invented traders, seed {}",
        size.traders, size.seed
    ));
    office::add_traders(programs, size.traders, size.seed)?;

    step.say("The server and twelve tablets");
    let server = start_server(programs)?;
    let tablets = team::enrol(programs, server.url(), &people, &crews())?;
    team::remember(programs, &tablets)?;
    let mut chance = Chance::new(size.seed);
    let walkers = days::walkers(programs, &tablets, Ways::DEMO, &mut chance)?;
    office::assign_blocks(programs, &tablets, &walkers)?;
    // The day on which everybody is taught how.
    days::close_and_send(programs, &tablets.iter().collect::<Vec<_>>(), eve)?;
    let mut team = Team {
        definition,
        tablets,
        walkers,
        chance,
        visits: size.visits,
    };

    step.say(&format!(
        "{DAYS} days in the markets: visits without a network, the close of each day, the leads' review"
    ));
    for day in days::before(today, DAYS) {
        team.live_day(programs, day, day.succ_opt() == Some(today))?;
    }

    step.say("A spare tablet gets lost, and hands in what it held");
    team.lose_a_tablet(programs, server.url(), today - Days::new(1))?;

    step.say("Today, so far");
    team.live_today(programs, today)?;
    programs.clock().turn_back()?;
    // What runs from here on follows the clock that everybody has.
    drop(server);
    let server = start_server(programs)?;
    let tablets: Vec<Tablet> = team.tablets.iter().take(SHOWN).cloned().collect();
    for tablet in &tablets {
        let pages = start_pages(programs, tablet)?;
        Page::open(pages.url())?.set_pins(PIN)?;
    }
    Ok(World {
        server,
        tablets,
        team: Some(team),
    })
}

impl Team {
    /// A past day: visits, the close of every tablet, the leads' afternoon. After the last one something is left to do.
    fn live_day(
        &mut self,
        programs: &Programs,
        day: NaiveDate,
        is_last: bool,
    ) -> Result<(), RunError> {
        let hours = days::morning(&self.definition, day);
        let planned = self.plan(day, hours, self.visits);
        let visits = days::record(programs, &self.tablets, &planned)?.len();
        self.turn_to(programs, day, (15, 0))?;
        days::close_and_send(programs, &self.tablets.iter().collect::<Vec<_>>(), day)?;
        self.turn_to(programs, day, (16, 30))?;
        let list = review::list(programs, day)?;
        let first_market = self.tablets.first().map(|tablet| tablet.market.as_str());
        let is_left = |seen: &review::Seen| is_last && Some(seen.market.as_str()) == first_market;
        let done = list.iter().filter(|seen| !seen.has_flag && !is_left(seen));
        review::approve(programs, &done.collect::<Vec<_>>())?;
        if is_last {
            for tablet in self.tablets.iter().take(SHOWN) {
                review::send_back(programs, tablet, &list)?;
            }
        }
        println!("  {day}: {visits} visits");
        Ok(())
    }

    fn lose_a_tablet(
        &self,
        programs: &Programs,
        url: &str,
        day: NaiveDate,
    ) -> Result<(), RunError> {
        self.turn_to(programs, day, (17, 30))?;
        match self.tablets.get(SHOWN) {
            Some(tablet) => {
                odd::stop_and_rescue(programs, &team::enrol_spare(programs, url, tablet)?)
            }
            None => Ok(()),
        }
    }

    /// What has passed of today: two thirds were sent on the way, by all but tablet B.
    fn live_today(&mut self, programs: &Programs, today: NaiveDate) -> Result<(), RunError> {
        let now_ms = programs.clock().now_ms();
        let (hours, percent) = days::morning_so_far(&self.definition, today, now_ms);
        programs.clock().turn_to(hours.from_ms)?;
        days::send(programs, &self.tablets.iter().collect::<Vec<_>>())?;
        if let [one, other, ..] = self.tablets.as_slice() {
            odd::disagree(programs, one, other)?;
            odd::list_twice(programs, one)?;
        }
        let planned = self.plan(today, hours, (self.visits * percent).div_ceil(100));
        let (early, late) = planned.split_at(planned.len() * 2 / 3);
        let mut visits = days::record(programs, &self.tablets, early)?.len();
        let has_signal = self.tablets.iter().filter(|tablet| tablet.label != "B");
        days::send(programs, &has_signal.collect::<Vec<_>>())?;
        visits += days::record(programs, &self.tablets, late)?.len();
        let some: Vec<&Tablet> = self.tablets.iter().skip(SHOWN).step_by(2).collect();
        match percent < 100 {
            true => days::send(programs, &some)?,
            false => days::close_and_send(programs, &some, today)?,
        }
        println!("  {today}: {visits} visits");
        Ok(())
    }

    /// All but the shown tablets go on after `from_ms` to the end of the morning; at `now_ms` all but two of them close the
    /// day and send.
    pub fn finish_day(
        &mut self,
        programs: &Programs,
        from_ms: i64,
        now_ms: i64,
    ) -> Result<(), RunError> {
        let today = self.definition.local_time(now_ms).date();
        if let Some(hours) = days::rest_of(&self.definition, today, from_ms) {
            let mut planned = self.plan(today, hours, self.visits / 2);
            planned.retain(|one| one.tablet >= SHOWN);
            days::record(programs, &self.tablets, &planned)?;
        }
        programs.clock().turn_to(now_ms)?;
        let done: Vec<&Tablet> = self.tablets.iter().skip(SHOWN + 2).collect();
        days::close_and_send(programs, &done, today)
    }

    fn plan(&mut self, day: NaiveDate, hours: Hours, visits: usize) -> Vec<Planned> {
        let Self {
            definition,
            tablets,
            walkers,
            chance,
            ..
        } = self;
        days::plan(definition, tablets, walkers, day, hours, visits, chance)
    }

    fn turn_to(
        &self,
        programs: &Programs,
        day: NaiveDate,
        time: (u32, u32),
    ) -> Result<(), RunError> {
        programs
            .clock()
            .turn_to(days::at_ms(&self.definition, day, time))
    }
}

/// Tablets `A`, `B` and so on, each with its people.
fn crews() -> Vec<team::Crew> {
    let canvassers = demo_names().demo_team.canvassers;
    let labels = ('A'..='Z').map(String::from);
    labels.zip(team::crews_of_two(&canvassers)).collect()
}

/// The world of the last time, started again as it was left.
pub fn again(programs: &Programs) -> Result<World, RunError> {
    let mut step = Steps::default();
    step.say("The server and the tablets of the last time");
    programs.clock().turn_back()?;
    let server = start_server(programs)?;
    let mut tablets = team::remembered(programs)?;
    tablets.truncate(SHOWN);
    Ok(World {
        server,
        tablets,
        team: None,
    })
}

/// The pages of a tablet on a free port.
pub fn start_pages(programs: &Programs, tablet: &Tablet) -> Result<Running, RunError> {
    let call = programs.tablet(&tablet.home, &["ui", "--listen", "127.0.0.1:0"]);
    let name = format!("tablet-{}", tablet.label.to_lowercase());
    Running::listening(programs, &name, &call)
}

/// Says what is being made, and how long the step before took.
#[derive(Debug, Default)]
struct Steps {
    began: Option<Instant>,
}

impl Steps {
    fn say(&mut self, what: &str) {
        if let Some(began) = self.began.replace(Instant::now()) {
            println!("  ({:.1} s)", began.elapsed().as_secs_f32());
        }
        println!("\n» {what}");
    }
}
