//! The whole world of the demonstration, made step by step: campaign, people, traders, tablets, the days behind, today.

use std::net::TcpListener;
use std::time::Instant;

use grebeg_core::definition::{Definition, builtin_definition};

use crate::run::RunError;

use super::bridge::Page;
use super::calls::Programs;
use super::chance::Chance;
use super::running::Running;
use super::team::Tablet;
use super::walk::Walker;
use super::{days, odd, office, review, team};

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

/// Everything that runs, and what is needed to look at it.
#[derive(Debug)]
pub struct World {
    pub server: Running,
    /// Tablets A and B.
    pub tablets: Vec<Tablet>,
    /// What the other canvassers go on with; none where the world was made some other time.
    pub rest: Option<Rest>,
}

/// The tablets whose pages nobody opens, and who walks with them.
#[derive(Debug)]
pub struct Rest {
    definition: Definition,
    tablets: Vec<Tablet>,
    walkers: Vec<Walker>,
    chance: Chance,
    visits: usize,
}

/// Makes everything anew. Errors: `refused` when one of our programs says no, `interrupted`.
pub fn make(programs: &Programs, size: Size) -> Result<World, RunError> {
    let definition = builtin_definition(office::CAMPAIGN).ok_or_else(|| RunError::NoAnswer {
        command: office::CAMPAIGN.to_owned(),
        expected: "definition".to_owned(),
    })?;
    let now_ms = programs.clock().now_ms();
    let today = definition.local_time(now_ms).date();
    let eve = days::before(today, DAYS + 1).next().unwrap_or(today);
    let mut step = Steps::default();

    step.say("The campaign and its people");
    programs
        .clock()
        .turn_to(days::at_ms(&definition, eve, (14, 0)))?;
    office::load_campaign(programs, today, DAYS)?;
    let people = team::add_people(programs, &team::SIGN_INS)?;

    step.say(&format!(
        "{} invented traders, seed {}",
        size.traders, size.seed
    ));
    office::add_traders(programs, size.traders, size.seed)?;

    step.say("The server and twelve tablets");
    let server = start_server(programs)?;
    let mut tablets = team::enrol(programs, server.url(), &people, usize::MAX)?;
    let mut chance = Chance::new(size.seed);
    let mut walkers = days::walkers(programs, &tablets, &mut chance)?;
    office::assign_blocks(programs, &tablets, &walkers)?;
    // The day on which everybody is taught how.
    days::close_and_send(programs, &tablets.iter().collect::<Vec<_>>(), eve)?;

    step.say(&format!("{DAYS} days in the markets: visits without a network, the close of each day, the leads' review"));
    for day in days::before(today, DAYS) {
        let hours = days::morning(&definition, day);
        let planned = days::plan(
            &definition,
            &tablets,
            &mut walkers,
            day,
            hours,
            size.visits,
            &mut chance,
        );
        let visits = days::record(programs, &tablets, &planned)?.len();
        programs
            .clock()
            .turn_to(days::at_ms(&definition, day, (15, 0)))?;
        days::close_and_send(programs, &tablets.iter().collect::<Vec<_>>(), day)?;
        programs
            .clock()
            .turn_to(days::at_ms(&definition, day, (16, 30)))?;
        let list = review::list(programs, day)?;
        let is_last = day.succ_opt() == Some(today);
        // Of yesterday the first market's lead has not seen everything yet.
        let is_done = |seen: &&review::Seen| !seen.has_flag && !(is_last && seen.market == "KNM");
        review::approve(programs, &list.iter().filter(is_done).collect::<Vec<_>>())?;
        if is_last {
            for tablet in tablets.iter().take(SHOWN) {
                review::send_back(programs, tablet, &list)?;
            }
        }
        println!("  {day}: {visits} visits");
    }

    step.say("A spare tablet gets lost, and hands in what it held");
    let yesterday = days::before(today, 1).next().unwrap_or(today);
    programs
        .clock()
        .turn_to(days::at_ms(&definition, yesterday, (17, 30)))?;
    if let Some(tablet) = tablets.get(SHOWN) {
        let spare = team::enrol_spare(programs, server.url(), tablet)?;
        odd::stop_and_rescue(programs, &spare)?;
    }

    step.say("Today, so far");
    live_today(
        programs,
        &definition,
        size,
        &tablets,
        &mut walkers,
        &mut chance,
    )?;
    programs.clock().turn_back()?;
    let all = tablets.clone();
    tablets.truncate(SHOWN);
    // What runs from here on follows the clock that everybody has.
    drop(server);
    let server = start_server(programs)?;
    for tablet in &tablets {
        let pages = start_pages(programs, tablet)?;
        Page::open(pages.url())?.set_pins(PIN)?;
    }
    Ok(World {
        server,
        tablets,
        rest: Some(Rest {
            definition,
            tablets: all,
            walkers,
            chance,
            visits: size.visits,
        }),
    })
}

fn live_today(
    programs: &Programs,
    definition: &Definition,
    size: Size,
    tablets: &[Tablet],
    walkers: &mut [Walker],
    chance: &mut Chance,
) -> Result<(), RunError> {
    let now_ms = programs.clock().now_ms();
    let today = definition.local_time(now_ms).date();
    let (hours, percent) = days::morning_so_far(definition, today, now_ms);
    programs.clock().turn_to(hours.from_ms)?;
    days::send(programs, &tablets.iter().collect::<Vec<_>>())?;
    if let [one, other, ..] = tablets {
        odd::disagree(programs, one, other)?;
        odd::list_twice(programs, one)?;
    }
    let planned = days::plan(
        definition,
        tablets,
        walkers,
        today,
        hours,
        (size.visits * percent).div_ceil(100),
        chance,
    );
    let (early, late) = planned.split_at(planned.len() * 2 / 3);
    let mut visits = days::record(programs, tablets, early)?.len();
    // The second tablet sends nothing today.
    let has_signal: Vec<&Tablet> = tablets
        .iter()
        .filter(|tablet| tablet.letter != 'B')
        .collect();
    days::send(programs, &has_signal)?;
    visits += days::record(programs, tablets, late)?.len();
    let closed: Vec<&Tablet> = tablets.iter().skip(SHOWN).step_by(2).collect();
    match hours.to_ms == now_ms {
        true => days::send(programs, &closed)?,
        false => days::close_and_send(programs, &closed, today)?,
    }
    println!("  {today}: {visits} visits");
    Ok(())
}

impl Rest {
    /// The other canvassers finish the day; all but two of their tablets close it and send, at `now_ms`.
    pub fn finish_day(
        &mut self,
        programs: &Programs,
        from_ms: i64,
        now_ms: i64,
    ) -> Result<(), RunError> {
        let today = self.definition.local_time(now_ms).date();
        if let Some(hours) = days::rest_of(&self.definition, today, from_ms) {
            let left = self.visits / 2;
            let mut planned = days::plan(
                &self.definition,
                &self.tablets,
                &mut self.walkers,
                today,
                hours,
                left,
                &mut self.chance,
            );
            planned.retain(|one| one.tablet >= SHOWN);
            days::record(programs, &self.tablets, &planned)?;
        }
        programs.clock().turn_to(now_ms)?;
        let done: Vec<&Tablet> = self.tablets.iter().skip(SHOWN + 2).collect();
        days::close_and_send(programs, &done, today)
    }
}

/// The world of the last time, started again as it was left.
pub fn again(programs: &Programs) -> Result<World, RunError> {
    let mut step = Steps::default();
    step.say("The server and the tablets of the last time");
    programs.clock().turn_back()?;
    let server = start_server(programs)?;
    let people = team::add_people(programs, &team::SIGN_INS)?;
    let tablets = team::enrol(programs, server.url(), &people, SHOWN)?;
    Ok(World {
        server,
        tablets,
        rest: None,
    })
}

/// The server on a free port; that of the last time if it is still free, because the tablets know that one.
pub fn start_server(programs: &Programs) -> Result<Running, RunError> {
    let remembered = programs.folder().join("server-address");
    let address = std::fs::read_to_string(&remembered)
        .ok()
        .map(|text| text.trim().to_owned())
        .filter(|address| TcpListener::bind(address).is_ok())
        .unwrap_or_else(|| "127.0.0.1:0".to_owned());
    let call = programs.office(&["serve", "--listen", &address]);
    let server = Running::listening(programs, "server", &call)?;
    let address = server.url().trim_start_matches("http://");
    std::fs::write(&remembered, address).map_err(|source| RunError::File {
        path: programs.shown_path(&remembered),
        source,
    })?;
    Ok(server)
}

/// The pages of a tablet on a free port.
pub fn start_pages(programs: &Programs, tablet: &Tablet) -> Result<Running, RunError> {
    let call = programs.tablet(&tablet.home, &["ui", "--listen", "127.0.0.1:0"]);
    let name = format!("tablet-{}", tablet.letter.to_ascii_lowercase());
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
