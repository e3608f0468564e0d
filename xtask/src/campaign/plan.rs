//! What everybody is going to do on a day, written into the book before any tablet hears of it.

use std::collections::BTreeMap;

use grebeg_core::definition::demo_names;
use serde_json::{Value, json};

use crate::field::walk::Planned;

use super::book::{Fate, Visit};
use super::city::City;
use super::day::{Act, Job, MINUTE_MS, What};
use super::{Planted, calendar, lost};

/// In so many of a hundred days a canvasser records a visit at the wrong stall and undoes it.
const MISTAKES: u64 = 6;
/// In so many of a hundred days a canvasser finds somebody who is not in the register.
const NEWCOMERS: u64 = 15;

/// Plans a city's day and writes it into the book.
pub fn day(
    city: &mut City,
    at: usize,
    number: u64,
    days: u64,
    planted: Option<Planted>,
) -> Vec<Job> {
    let day = calendar::field_day(number);
    let mut jobs: Vec<Job> = Vec::new();
    for (tablet, trouble) in city.tablets.iter().zip(&mut city.troubles) {
        let market = &tablet.market;
        trouble.next_day(calendar::is_night_market(&city.definition, market, day));
    }
    for (tablet, trouble) in city.tablets.iter().zip(&city.troubles) {
        let number = jobs.len();
        jobs.push(Job {
            city: at,
            number,
            tablet: tablet.clone(),
            programs: city.programs.clone(),
            wrong: trouble.wrong(),
            flat: None,
            acts: Vec::new(),
            open: match city.is_called(tablet) {
                true => city.open.clone(),
                false => BTreeMap::new(),
            },
        });
    }
    if let Some(lost) = &city.lost
        && (lost.is_eve(number) || lost.is_day(number))
        && let Some(trouble) = city.troubles.get_mut(lost.tablet)
    {
        trouble.mend();
    }
    let days_left = usize::try_from(days - number).unwrap_or(1);
    let mood = calendar::mood(day);
    let mut made: Vec<(usize, usize)> = Vec::new();
    for person in 0..city.walkers.len() {
        let Some(walker) = city.walkers.get_mut(person) else {
            continue;
        };
        let Some(tablet) = city.tablets.get(walker.tablet) else {
            continue;
        };
        if !calendar::works(day, person) {
            continue;
        }
        let hours = calendar::hours(&city.definition, &tablet.market, day);
        let pace = walker.pace(day, days_left, mood);
        let planned = walker.paced_day(day, hours, pace, person, &mut city.chance);
        for one in planned {
            let place = write(city, &one, Fate::Stands);
            made.push((one.tablet, place));
            act(&mut jobs, &one, What::Visit, Some(place));
        }
        extras(city, person, &mut jobs, hours.to_ms);
    }
    lost::note(city, number, &made);
    if number == 0 && at == 0 {
        plant(city, &mut jobs, planted);
    }
    for job in &mut jobs {
        job.acts.sort_by_key(|act| act.at_ms);
        let middle = job.acts.get(job.acts.len() / 2).map(|act| act.at_ms);
        let trouble = city.troubles.get_mut(job.number);
        if let (Some(middle), Some(trouble)) = (middle, trouble.filter(|one| one.goes_flat)) {
            job.flat = Some((middle, trouble.go_flat(middle)));
        }
    }
    jobs
}

/// Writes a visit into the book and gives its place.
fn write(city: &mut City, one: &Planned, fate: Fate) -> usize {
    let text = |field: &str| one.visit[field].as_str().unwrap_or_default();
    let market = city.tablets.get(one.tablet);
    let market = market.map_or("", |tablet| tablet.market.as_str());
    let (canvasser, trader) = (city.code(text("as")), city.trader(text("trader")));
    let told = Visit::told(one.at_ms, market, canvasser, trader, &one.visit);
    city.book.visits.push(Visit { fate, ..told });
    city.book.visits.len() - 1
}

fn act(jobs: &mut [Job], one: &Planned, what: fn(Value) -> What, place: Option<usize>) {
    if let Some(job) = jobs.get_mut(one.tablet) {
        job.acts.push(Act {
            at_ms: one.at_ms,
            what: what(one.visit.clone()),
            place,
        });
    }
}

/// What a canvasser does besides, at the end of a morning.
fn extras(city: &mut City, person: usize, jobs: &mut [Job], from_ms: i64) {
    let (mistakes, finds) = (
        city.chance.percent(MISTAKES),
        city.chance.percent(NEWCOMERS),
    );
    let (number, first, second) = (
        city.chance.below(90) + 1,
        city.chance.pick_text(&demo_names().female_first),
        city.chance.pick_text(&demo_names().female_second),
    );
    let Some(walker) = city.walkers.get(person) else {
        return;
    };
    let is_lost = city
        .lost
        .as_ref()
        .is_some_and(|lost| lost.tablet == walker.tablet);
    let (tablet, person) = (walker.tablet, walker.person.clone());
    let last = jobs.get(tablet).and_then(|job| job.acts.last());
    let trader = last.and_then(|act| match &act.what {
        What::Visit(visit) => visit["trader"].as_str().map(str::to_owned),
        _ => None,
    });
    // The tablet that is to be lost holds nothing but visits.
    if is_lost {
        return;
    }
    if let Some(trader) = trader.filter(|_| mistakes) {
        let one = Planned {
            at_ms: from_ms + 5 * MINUTE_MS,
            tablet,
            visit: json!({ "trader": trader, "outcome": "tutup", "as": person }),
        };
        let place = write(city, &one, Fate::Undone);
        act(jobs, &one, What::Mistake, Some(place));
    }
    if let Some(job) = jobs.get_mut(tablet).filter(|_| finds) {
        job.acts.push(Act {
            at_ms: from_ms + 10 * MINUTE_MS,
            what: What::Newcomer {
                stall: format!("Tenda {number}"),
                name: format!("{first} {second}"),
                person,
            },
            place: None,
        });
    }
}

/// Breaks the first visit of the campaign on purpose.
fn plant(city: &mut City, jobs: &mut [Job], planted: Option<Planted>) {
    let act = jobs.iter_mut().find_map(|job| job.acts.first_mut());
    let Some((act, place)) = act.and_then(|act| act.place.map(|place| (act, place))) else {
        return;
    };
    match planted {
        Some(Planted::Forgotten) => {
            city.book.visits.remove(place);
            act.place = None;
            for act in jobs.iter_mut().flat_map(|job| &mut job.acts) {
                act.place = act.place.map(|other| other - usize::from(other > place));
            }
        }
        Some(Planted::Unsaved) => {
            let unsaved = city.book.visits.get(place).cloned();
            city.book.visits.extend(unsaved);
        }
        Some(Planted::Misheard) => {
            if let Some(visit) = city.book.visits.get_mut(place) {
                visit.outcome = "pindah".to_owned();
            }
        }
        Some(Planted::Twice) => {
            let again = match &act.what {
                What::Visit(visit) => What::Visit(visit.clone()),
                _ => return,
            };
            let again = Act {
                at_ms: act.at_ms + MINUTE_MS,
                what: again,
                place: None,
            };
            if let Some(job) = jobs.iter_mut().find(|job| !job.acts.is_empty()) {
                job.acts.push(again);
            }
        }
        Some(Planted::Unsent) | None => {}
    }
}
