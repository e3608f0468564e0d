//! An evening: tablets close the day and send, or find that they cannot; the leads look at what has come.

use chrono::{Days, NaiveDate};

use crate::field::days::{at_ms, side_by_side};
use crate::field::review::{self, Seen};
use crate::field::team::Tablet;
use crate::run::RunError;

use super::book::{Fate, local};
use super::calendar;
use super::city::City;
use super::line::Line;
use super::lost;
use super::troubles::Evening;

/// When tablets send.
const SENDING: (u32, u32) = (15, 0);
const REVIEW: (u32, u32) = (16, 30);
/// In so many of a hundred evenings a lead sends something back.
const RETURNS: u64 = 55;

/// All of it, for all cities at the same time.
pub fn live(cities: &mut [City], line: &Line, number: u64) -> Result<(), RunError> {
    let day = calendar::field_day(number);
    turn(cities, day, SENDING)?;
    for state in [Evening::Sends, Evening::LosesAnswer, Evening::NoLine] {
        line.set(state);
        let mut senders: Vec<(&City, &Tablet)> = Vec::new();
        for city in cities.iter() {
            let tablets = city.tablets.iter().zip(&city.troubles).enumerate();
            for (at, (tablet, trouble)) in tablets {
                let lost = city.lost.as_ref().filter(|lost| lost.is_day(number));
                let is_gone = lost.is_some_and(|lost| lost.tablet == at);
                if trouble.evening() == state && !is_gone {
                    senders.push((city, tablet));
                }
            }
        }
        side_by_side(&senders, |(city, tablet)| {
            close(city, tablet, day)?;
            match (city.programs.on(tablet, &["sync"]).quiet_json(), state) {
                (Err(RunError::Refused { .. }), Evening::LosesAnswer | Evening::NoLine) => Ok(()),
                (sent, _) => sent.map(|_| ()),
            }
        })?;
    }
    line.set(Evening::Sends);
    let url = format!("http://{}", line.address());
    for city in cities.iter_mut() {
        city.programs
            .clock()
            .turn_to(lost::hour(&city.definition, number))?;
        lost::evening(city, number, &url)?;
    }
    turn(cities, day, REVIEW)?;
    for city in cities.iter_mut() {
        look(city, day)?;
    }
    Ok(())
}

/// Turns the office's clock and those of all tablets.
pub fn turn(cities: &[City], day: NaiveDate, time: (u32, u32)) -> Result<(), RunError> {
    for city in cities {
        let programs = &city.programs;
        programs
            .clock()
            .turn_to(at_ms(&city.definition, day, time))?;
        for clock in city.tablets.iter().filter_map(|one| one.clock.as_ref()) {
            clock.turn_as(programs.clock())?;
        }
    }
    Ok(())
}

/// Closes the working day; where a market trades at night, the one before, which ended this morning.
pub fn close(city: &City, tablet: &Tablet, day: NaiveDate) -> Result<(), RunError> {
    let is_night = calendar::is_night_market(&city.definition, &tablet.market, day);
    let closed = day - Days::new(u64::from(is_night));
    let words = ["close-day", "--date", &closed.to_string()];
    city.programs.on(tablet, &words).quiet_json()?;
    Ok(())
}

/// The leads send something back and approve the rest; in a night market they look at the day before.
fn look(city: &mut City, day: NaiveDate) -> Result<(), RunError> {
    let mut seen = Vec::new();
    for (day, of_night) in [(day, false), (day - Days::new(1), true)] {
        let mut list = review::list(&city.programs, day)?;
        list.retain(|one| {
            calendar::is_night_market(&city.definition, &one.market, day) == of_night
        });
        seen.extend(list);
    }
    // In an order that no drawn id decides.
    seen.sort_by_key(|one| city.place(&one.visit));
    let mut returned = Vec::new();
    let mut markets: Vec<&str> = city.tablets.iter().map(|one| one.market.as_str()).collect();
    markets.dedup();
    for market in markets {
        let is_asked = city.chance.percent(RETURNS);
        let fits = |one: &&Seen| {
            let place = city.places.get(&one.visit);
            let told = place.and_then(|place| city.book.visits.get(*place));
            let stands = told.is_some_and(|told| told.fate == Fate::Stands);
            let is_answered = city.open.contains_key(&one.visit);
            let taught = ["mengajar", "bantu_langkah"].contains(&one.outcome.as_str());
            one.market == market && taught && stands && !is_answered
        };
        let fitting: Vec<&Seen> = seen.iter().filter(fits).collect();
        let at = city.chance.below(fitting.len() as u64) as usize;
        if let Some(one) = fitting.get(at).filter(|_| is_asked)
            && review::ask_for_note(&city.programs, one)?
        {
            returned.push((one.visit.clone(), one.author.clone()));
        }
    }
    let is_returned = |one: &&Seen| returned.iter().any(|(visit, _)| *visit == one.visit);
    let good = seen.iter().filter(|one| !is_returned(one));
    review::approve(&city.programs, &good.collect::<Vec<_>>())?;
    city.book.returned += returned.len();
    city.open.extend(returned);
    Ok(())
}

/// `Kamis, 1 Agustus 2019`, of the moment that a clock shows.
pub fn long_date(at_ms: i64) -> String {
    use chrono::Datelike;
    const DAYS: [&str; 7] = [
        "Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu",
    ];
    const MONTHS: [&str; 12] = [
        "Januari",
        "Februari",
        "Maret",
        "April",
        "Mei",
        "Juni",
        "Juli",
        "Agustus",
        "September",
        "Oktober",
        "November",
        "Desember",
    ];
    let local = local(at_ms);
    let name = DAYS.get(local.weekday().num_days_from_monday() as usize);
    let month = MONTHS.get(local.month0() as usize);
    format!(
        "{}, {} {} {}",
        name.unwrap_or(&""),
        local.day(),
        month.unwrap_or(&""),
        local.year()
    )
}
