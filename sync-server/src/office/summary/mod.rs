//! The campaign's figures as a page shows them: the same numbers as `totals` and the exports of that instant, for the markets
//! that the person may see. A viewer gets them without names.

mod burn_up;
mod calendar;
mod cohorts;
mod people;
#[cfg(test)]
mod tests;

use super::desk::Desk;
use super::error::OfficeError;
use super::review::detail::{pair, person_markets};
use super::state::Snapshot;
use super::totals::{Question, Tally, not_sent, snapshot_at, tallies_over};
use crate::store::rows::EnrolmentRow;
use burn_up::BurnUp;
use calendar::Calendar;
use chrono::{NaiveDate, NaiveTime, TimeZone};
use grebeg_core::definition::Definition;
use grebeg_core::gather::visit_at_ms;
use grebeg_core::id::PersonId;
use grebeg_core::kinds::Role;
use grebeg_core::rules::facts::Facts;
use grebeg_core::rules::funnel::{self, FunnelCounts, FunnelStatus};
use grebeg_core::rules::layers::layer;
use grebeg_core::wire::json::time;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};

/// A trader that counts, in its market, with what the rules see of it up to the day that is shown.
pub struct Trader {
    pub market: String,
    pub facts: Facts,
    pub status: FunnelStatus,
}

/// What all parts of the page look at.
pub struct Look {
    pub definition: Definition,
    pub snapshot: Snapshot,
    pub traders: Vec<Trader>,
    /// Codes of the markets that the person may see, in route order.
    pub markets: Vec<String>,
    /// The working day that is shown.
    pub date: NaiveDate,
    /// Instant up to which things are known; the greatest for now.
    pub at_ms: i64,
}

impl Look {
    pub fn sees(&self, market: &str) -> bool {
        self.markets.iter().any(|own| own == market)
    }

    /// Tablets of people who hold one of these markets.
    pub fn holds(&self, people: &[PersonId], markets: &[String]) -> bool {
        people.iter().any(|person| {
            person_markets(&self.snapshot, *person).any(|m| markets.iter().any(|own| own == m))
        })
    }

    /// First working day with a visit in the markets.
    fn first_day(&self) -> Option<NaiveDate> {
        let visits = self.snapshot.of_kind("visit");
        let days = visits.filter_map(|(_, visit)| {
            let trader = visit
                .id("trader")
                .and_then(|t| self.snapshot.get("trader", t));
            let market = visit
                .text("market")
                .or_else(|| trader.and_then(|t| t.text("market")))?;
            let at_ms = visit_at_ms(visit).filter(|_| self.sees(market))?;
            Some(self.definition.working_day(market, at_ms))
        });
        days.min()
    }
}

/// The whole page. `date`: the present working day without one; a past day is shown as it was known at its end, unless
/// `as_of_ms` names another instant.
pub fn page(
    desk: &mut Desk<'_>,
    date: Option<NaiveDate>,
    as_of_ms: Option<i64>,
    now_ms: i64,
) -> Result<Json, OfficeError> {
    desk.needs(
        &[Role::Lead, Role::Admin, Role::Viewer],
        "who reads figures",
    )?;
    let names = desk.role()? != Role::Viewer;
    let own = markets(desk)?;
    let definition = desk.definition()?;
    let today = definition.local_time(now_ms).date();
    let date = date
        .or_else(|| as_of_ms.map(|at_ms| definition.local_time(at_ms).date()))
        .unwrap_or(today);
    let as_of_ms = as_of_ms.or_else(|| (date < today).then(|| end_of(&definition, date)));
    let snapshot = snapshot_at(desk, as_of_ms)?;
    let definition = snapshot.definition();
    let markets: Vec<String> = definition
        .markets()
        .iter()
        .filter(|m| m.switched_on && own.as_ref().is_none_or(|own| own.contains(&m.code)))
        .map(|m| m.code.clone())
        .collect();
    let mut look = Look {
        traders: Vec::new(),
        at_ms: as_of_ms.unwrap_or(i64::MAX),
        definition,
        snapshot,
        markets,
        date,
    };
    look.traders = traders(&look);
    let whole = Question {
        as_of_ms,
        ..Question::default()
    };
    let totals = tallies_over(desk, whole, &look.snapshot, &look.definition)?;
    let of_day = Question {
        date: Some(date),
        ..whole
    };
    let day = tallies_over(desk, of_day, &look.snapshot, &look.definition)?;
    let missing = not_sent(desk, date, look.at_ms, |row| {
        look.holds(&row.people, &look.markets)
    })?;
    let calendar = Calendar::of(&look.definition, date, look.first_day());
    let burn_up = BurnUp::of(desk, &look, &calendar)?;
    let mut books = Tally::default();
    for (market, tally) in &totals.by_market {
        if look.sees(market) || own.is_none() {
            books.add(tally);
        }
    }
    let counts = counts(&look, |_| true);
    let people = match names {
        true => people::rows(desk, &look, &day.by_canvasser)?,
        false => Vec::new(),
    };
    Ok(json!({
        "date": date,
        "today": today,
        "as_of": time(totals.as_of_ms),
        "then": as_of_ms.map(time),
        "now": time(now_ms),
        "names": names,
        "scope": { "all": own.is_none(), "markets": look.markets },
        "calendar": calendar.to_json(),
        "totals": books.to_json(),
        "provisional": !missing.is_empty(),
        "tablets_missing_count": missing.len(),
        "tablets_missing": if names { missing.iter().map(|row| tablet(&look, row)).collect() } else { Vec::new() },
        "target": burn_up.target_json(&look, &calendar, goal(&look)),
        "burn_up": burn_up.to_json(),
        "funnel": funnel_json(&look.definition, &counts),
        "online_before": counts.online_before,
        "cohorts": cohorts::of(&look),
        "markets": market_rows(&look, &missing, &calendar, &totals.by_market),
        "people": people,
    }))
}

/// Markets that the person may see; `None` for all. A viewer without markets of its own sees the whole.
fn markets(desk: &mut Desk<'_>) -> Result<Option<Vec<String>>, OfficeError> {
    let viewer = desk.role()? == Role::Viewer;
    Ok(desk.markets()?.filter(|own| !viewer || !own.is_empty()))
}

/// The last instant of a calendar day in the campaign's zone.
fn end_of(definition: &Definition, date: NaiveDate) -> i64 {
    let next = date.succ_opt().unwrap_or(date).and_time(NaiveTime::MIN);
    let local = definition.timezone().from_local_datetime(&next).earliest();
    local.map_or(i64::MAX, |at| at.timestamp_millis() - 1)
}

fn traders(look: &Look) -> Vec<Trader> {
    let mut list = Vec::new();
    for (root, family) in look.snapshot.families() {
        let trader = look.snapshot.get("trader", root);
        let market = trader.and_then(|t| t.text("market")).unwrap_or_default();
        if !look.sees(market) {
            continue;
        }
        let mut facts = look.snapshot.facts(&look.definition, root, &family);
        facts.until(look.date);
        list.push(Trader {
            market: market.to_owned(),
            status: funnel::status(&look.definition, &facts),
            facts,
        });
    }
    list
}

fn counts(look: &Look, wanted: impl Fn(&Trader) -> bool) -> FunnelCounts {
    let mut counts = FunnelCounts::new(&look.definition);
    for trader in look.traders.iter().filter(|t| wanted(t)) {
        counts.add(&trader.status);
    }
    counts
}

/// Traders of a stage or a higher one.
pub fn reached(counts: &FunnelCounts, stage: &str) -> u64 {
    let found = counts.stages.iter().find(|s| s.code == stage);
    found.map_or(0, |s| s.reached)
}

/// The goal of the markets that are seen: the campaign's own for all of them.
fn goal(look: &Look) -> Option<i64> {
    let campaign = &look.definition.campaign;
    let on = look.definition.markets().iter().filter(|m| m.switched_on);
    if look.markets.len() == on.count() {
        return campaign.target_traders;
    }
    let own = look.definition.targets().iter();
    let own: Vec<i64> = own
        .filter(|t| look.sees(&t.market))
        .map(|t| t.traders)
        .collect();
    (!own.is_empty()).then(|| own.iter().sum())
}

fn funnel_json(definition: &Definition, counts: &FunnelCounts) -> Vec<Json> {
    let mut before: Option<u64> = None;
    let mut layers = BTreeSet::new();
    let mut list = Vec::new();
    for (count, stage) in counts.stages.iter().zip(definition.stages()) {
        let layer = layer(definition, &stage.code);
        let share = before
            .filter(|b| *b > 0)
            .map(|b| count.reached as f64 / b as f64);
        list.push(json!({
            "code": stage.code, "label": pair(&stage.label_id, &stage.label_en), "layer": layer,
            "reached": count.reached, "implied": count.implied, "with_before": count.with_before, "lost": count.lost,
            "share_of_previous": share,
            // One bar a layer: its first stage.
            "main": layers.insert(layer),
        }));
        before = Some(count.reached);
    }
    list
}

fn market_rows(
    look: &Look,
    missing: &[EnrolmentRow],
    calendar: &Calendar,
    tallies: &BTreeMap<String, Tally>,
) -> Vec<Json> {
    let stage = &look.definition.target_stage;
    let rows = look.markets.iter().map(|code| {
        let market = look.definition.market(code);
        let goal = look.definition.targets().iter().find(|t| t.market == *code);
        let tally = tallies.get(code).copied().unwrap_or_default();
        let own = std::slice::from_ref(code);
        let tablets = missing.iter().filter(|row| look.holds(&row.people, own));
        json!({
            "code": code, "name": market.map_or(code.as_str(), |m| m.name.as_str()),
            "goal": goal.map(|g| g.traders), "reached": reached(&counts(look, |t| t.market == *code), stage),
            "even_share": calendar.even_share(), "totals": tally.to_json(), "tablets_missing": tablets.count(),
        })
    });
    rows.collect()
}

fn tablet(look: &Look, row: &EnrolmentRow) -> Json {
    let name = |person: &PersonId| {
        let record = look.snapshot.get("person", person.0)?;
        record.text("name").map(str::to_owned)
    };
    json!({
        "device_id": row.first_device.to_string(), "name": row.device_name,
        "people": row.people.iter().filter_map(name).collect::<Vec<_>>(), "last_seen_at": time(row.last_seen_ms),
    })
}
