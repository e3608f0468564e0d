//! Past days lived through in order: every visit is recorded by the real `tablet record` at its hour, every tablet closes
//! its day and sends.

use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{Days, NaiveDate, NaiveTime};
use grebeg_core::definition::{Definition, Target};
use serde_json::Value;

use crate::run::RunError;

use super::calls::Programs;
use super::chance::Chance;
use super::recorder::Recorder;
use super::story::Ways;
use super::team::Tablet;
use super::walk::{self, Hours, Planned, Walker};

const HOUR_MS: i64 = 3_600_000;
/// A morning in the market begins at this hour and minute, and ends so much later.
const BEGIN: (u32, u32) = (7, 10);
const MORNING_MS: i64 = 5 * HOUR_MS + HOUR_MS / 2;
/// However early it is, something was done today.
const PERCENT_MIN: usize = 30;
/// Tablets that send side by side.
const SENDERS: usize = 3;

/// Unix milliseconds of an hour of a day in the campaign's zone.
pub fn at_ms(definition: &Definition, day: NaiveDate, (hour, minute): (u32, u32)) -> i64 {
    let time = NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default();
    let local = day.and_time(time);
    let zoned = local.and_local_timezone(definition.timezone()).earliest();
    zoned.map_or(0, |zoned| zoned.timestamp_millis())
}

/// The morning of a past day.
pub fn morning(definition: &Definition, day: NaiveDate) -> Hours {
    let from_ms = at_ms(definition, day, BEGIN);
    Hours {
        midnight_ms: at_ms(definition, day, (0, 0)),
        from_ms,
        to_ms: from_ms + MORNING_MS,
    }
}

/// What has passed of today's morning, and how much of it in per cent; before it has begun, the last hours of the night.
pub fn morning_so_far(definition: &Definition, today: NaiveDate, now_ms: i64) -> (Hours, usize) {
    let whole = morning(definition, today);
    let to_ms = whole.to_ms.min(now_ms);
    let hours = Hours {
        from_ms: whole.from_ms.min(to_ms - HOUR_MS).max(whole.midnight_ms),
        to_ms,
        ..whole
    };
    let percent = (hours.to_ms - hours.from_ms) * 100 / MORNING_MS;
    (
        hours,
        usize::try_from(percent)
            .unwrap_or(0)
            .clamp(PERCENT_MIN, 100),
    )
}

/// What is left of a morning after a moment.
pub fn rest_of(definition: &Definition, today: NaiveDate, after_ms: i64) -> Option<Hours> {
    let whole = morning(definition, today);
    let left = after_ms < whole.to_ms;
    left.then_some(Hours {
        from_ms: after_ms.max(whole.from_ms),
        ..whole
    })
}

/// The canvassers of the tablets with the stalls of their markets shared out, as each market's first tablet holds them.
pub fn walkers(
    programs: &Programs,
    tablets: &[Tablet],
    ways: Ways,
    chance: &mut Chance,
) -> Result<Vec<Walker>, RunError> {
    let mut walkers = Vec::new();
    for (index, tablet) in tablets.iter().enumerate() {
        walkers.extend(tablet.people.iter().map(|(id, _)| Walker::new(index, id)));
    }
    let mut markets: Vec<&Tablet> = tablets.iter().collect();
    markets.dedup_by_key(|tablet| tablet.market.as_str());
    for tablet in markets {
        let words = ["traders", "--order", "stall", "--limit", "100000"];
        let list = programs.on(tablet, &words).quiet_json()?;
        let text = |row: &Value, field: &str| row[field].as_str().unwrap_or_default().to_owned();
        let rows = list.as_array().into_iter().flatten();
        let rows: Vec<_> = rows
            .map(|row| (text(row, "id"), text(row, "stall"), text(row, "commodity")))
            .collect();
        let is_here = |walker: &&mut Walker| {
            tablets
                .get(walker.tablet)
                .is_some_and(|one| one.market == tablet.market)
        };
        let mut here: Vec<&mut Walker> = walkers.iter_mut().filter(is_here).collect();
        walk::share_out(&mut here, &rows, ways, chance);
    }
    Ok(walkers)
}

/// All visits of a day in the order of their hours; `visits` a tablet of two people where most is to be reached.
pub fn plan(
    definition: &Definition,
    tablets: &[Tablet],
    walkers: &mut [Walker],
    day: NaiveDate,
    hours: Hours,
    visits: usize,
    chance: &mut Chance,
) -> Vec<Planned> {
    let mut planned = Vec::new();
    // Somebody in the first market is in too much of a hurry.
    let first = tablets.first().map(|tablet| tablet.market.as_str());
    let market = |walker: &&Walker| tablets.get(walker.tablet).map(|one| one.market.as_str());
    let there = walkers.iter().filter(|walker| market(walker) == first);
    let hurried = usize::try_from(chance.below(there.count() as u64)).unwrap_or(0);
    for (number, walker) in walkers.iter_mut().enumerate() {
        let market = tablets
            .get(walker.tablet)
            .map_or("", |tablet| tablet.market.as_str());
        let own = (visits * share(definition, market)).div_ceil(2 * 100);
        planned.extend(walker.day(day, hours, own, number, number == hurried, chance));
    }
    planned.sort_by_key(|one| one.at_ms);
    planned
}

/// What one canvasser of a market has to reach, in per cent of the market where it is most.
fn share(definition: &Definition, market: &str) -> usize {
    let each = |target: &Target| target.traders * 100 / target.canvassers.max(1);
    let most = definition
        .targets()
        .iter()
        .map(each)
        .max()
        .unwrap_or(0)
        .max(1);
    let own = definition
        .targets()
        .iter()
        .find(|target| target.market == market);
    usize::try_from(own.map_or(most, each) * 100 / most).unwrap_or(100)
}

/// Records the visits, each at its hour and durable before the next. Gives their ids.
pub fn record(
    programs: &Programs,
    tablets: &[Tablet],
    planned: &[Planned],
) -> Result<Vec<String>, RunError> {
    let mut recorders: Vec<Option<Recorder>> = tablets.iter().map(|_| None).collect();
    let mut ids = Vec::new();
    for one in planned {
        programs.clock().turn_to(one.at_ms)?;
        let (Some(slot), Some(tablet)) = (recorders.get_mut(one.tablet), tablets.get(one.tablet))
        else {
            continue;
        };
        if slot.is_none() {
            *slot = Some(Recorder::start(programs, tablet)?);
        }
        if let Some(recorder) = slot {
            let saved = recorder.save(&one.visit);
            programs.go_on()?;
            ids.push(saved?);
        }
    }
    Ok(ids)
}

/// Each of these tablets closes the day and sends it.
pub fn close_and_send(
    programs: &Programs,
    tablets: &[&Tablet],
    day: NaiveDate,
) -> Result<(), RunError> {
    let day = day.to_string();
    side_by_side(tablets, |tablet: &&Tablet| {
        programs
            .on(tablet, &["close-day", "--date", &day])
            .quiet_json()?;
        programs.on(tablet, &["sync"]).quiet_json()?;
        Ok(())
    })?;
    Ok(())
}

/// Each of these tablets sends what it has, and keeps its day open.
pub fn send(programs: &Programs, tablets: &[&Tablet]) -> Result<(), RunError> {
    side_by_side(tablets, |tablet: &&Tablet| {
        programs.on(tablet, &["sync"]).quiet_json()?;
        Ok(())
    })?;
    Ok(())
}

/// Does the same with each of these tablets, some of them at a time. Gives what came of it in their order.
/// Errors: the first one; a tablet that was begun is done to its end.
pub fn side_by_side<T: Sync, R: Send>(
    tablets: &[T],
    act: impl Fn(&T) -> Result<R, RunError> + Sync,
) -> Result<Vec<R>, RunError> {
    let next = AtomicUsize::new(0);
    let mut done: Vec<(usize, Result<R, RunError>)> = std::thread::scope(|scope| {
        let work = || {
            let mut done = Vec::new();
            loop {
                let at = next.fetch_add(1, Ordering::SeqCst);
                match tablets.get(at) {
                    Some(tablet) => done.push((at, act(tablet))),
                    None => return done,
                }
            }
        };
        let workers: Vec<_> = (0..SENDERS).map(|_| scope.spawn(work)).collect();
        let ended = workers.into_iter().flat_map(|worker| worker.join());
        ended.flatten().collect()
    });
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, done)| done).collect()
}

/// The working days before today, the first one first.
pub fn before(today: NaiveDate, count: u64) -> impl Iterator<Item = NaiveDate> {
    (1..=count).rev().map(move |days| today - Days::new(days))
}

#[cfg(test)]
mod tests {
    use super::*;
    use grebeg_core::definition::builtin_definition;

    #[test]
    fn a_market_with_a_smaller_target_has_fewer_visits() {
        let definition = builtin_definition("cirebon-2019").unwrap();
        assert_eq!(share(&definition, "PGI"), 100);
        assert!((50..70).contains(&share(&definition, "HRJ")));
    }

    #[test]
    fn the_morning_ends_now_and_never_begins_yesterday() {
        let definition = builtin_definition("cirebon-2019").unwrap();
        let today: NaiveDate = "2019-08-06".parse().unwrap();
        let at = |hour, minute| at_ms(&definition, today, (hour, minute));
        for (now, from, to, percent) in [
            ((21, 0), (7, 10), (12, 40), 100),
            ((9, 55), (7, 10), (9, 55), 50),
            ((2, 0), (1, 0), (2, 0), PERCENT_MIN),
            ((0, 5), (0, 0), (0, 5), PERCENT_MIN),
        ] {
            let (hours, passed) = morning_so_far(&definition, today, at(now.0, now.1));
            assert_eq!(
                (hours.from_ms, hours.to_ms),
                (at(from.0, from.1), at(to.0, to.1)),
                "{now:?}"
            );
            assert_eq!(passed, percent, "{now:?}");
        }
        assert!(rest_of(&definition, today, at(12, 40)).is_none());
        assert_eq!(
            rest_of(&definition, today, at(9, 55)).unwrap().from_ms,
            at(9, 55)
        );
    }
}
