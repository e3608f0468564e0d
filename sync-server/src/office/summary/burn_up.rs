//! How many traders had reached the target's stage at the end of each day, whether that day is complete, and where it leads.

use super::calendar::Calendar;
use super::{Look, Trader};
use crate::office::desk::Desk;
use crate::office::error::OfficeError;
use crate::office::review::detail::pair;
use crate::store::Registry;
use chrono::NaiveDate;
use grebeg_core::definition::Definition;
use grebeg_core::rules::funnel::{self, FunnelStatus};
use grebeg_core::rules::layers::layer;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Days over which the pace is taken.
const PACE_DAYS: usize = 3;
/// Days that are drawn at most; a campaign that is looked at years later shows its end.
const DAYS_MAX: usize = 120;

pub struct BurnUp {
    /// Day, traders at its end (`None`: it has not come), whether every tablet has sent it.
    days: Vec<(NaiveDate, Option<u64>, bool)>,
    /// Traders at the end of the day before the first one that is drawn.
    before: u64,
}

impl BurnUp {
    pub fn of(desk: &mut Desk<'_>, look: &Look, calendar: &Calendar) -> Result<Self, OfficeError> {
        let (before, gained) = gains(look, calendar.from);
        let complete = complete_days(desk, look)?;
        let mut sum = before;
        let mut days: Vec<(NaiveDate, Option<u64>, bool)> = calendar
            .days()
            .map(|day| {
                sum = sum.saturating_add_signed(gained.get(&day).copied().unwrap_or(0));
                let over = day <= look.date;
                (day, over.then_some(sum), over && complete(day))
            })
            .collect();
        let surplus = days.len().saturating_sub(DAYS_MAX);
        days.drain(..surplus);
        Ok(Self { days, before })
    }

    /// Traders now.
    fn reached(&self) -> u64 {
        let known = self.days.iter().rev().find_map(|(_, reached, _)| *reached);
        known.unwrap_or(self.before)
    }

    /// Traders a day over the last days; the day that is shown only when it is complete.
    fn pace(&self) -> Option<f64> {
        let mut known: Vec<u64> = vec![self.before];
        let mut last_open = false;
        for (_, reached, complete) in &self.days {
            if let Some(reached) = reached {
                known.push(*reached);
                last_open = !complete;
            }
        }
        if last_open && known.len() > 2 {
            known.pop();
        }
        let last = *known.last()?;
        let back = known.len().saturating_sub(1).min(PACE_DAYS);
        let first = *known.get(known.len() - 1 - back)?;
        (back > 0).then(|| last.saturating_sub(first) as f64 / back as f64)
    }

    pub fn target_json(&self, look: &Look, calendar: &Calendar, goal: Option<i64>) -> Json {
        let definition = &look.definition;
        let reached = self.reached();
        let (left, pace) = (calendar.left(), self.pace());
        let missing = goal.map(|goal| (goal - i64::try_from(reached).unwrap_or(i64::MAX)).max(0));
        let needed = missing
            .filter(|_| left > 0)
            .map(|missing| (missing as u64).div_ceil(left as u64));
        let forecast = pace.map(|pace| reached + (pace * left as f64).round() as u64);
        let stage = definition.stage(&definition.target_stage);
        json!({
            "stage": {
                "code": definition.target_stage,
                "label": stage.map(|s| pair(&s.label_id, &s.label_en)),
                "layer": layer(definition, &definition.target_stage),
            },
            "goal": goal, "reached": reached, "needed_per_day": needed,
            "pace": pace.map(|pace| pace.round() as u64), "days_left": left,
            "forecast": forecast.filter(|_| left > 0),
        })
    }

    pub fn to_json(&self) -> Json {
        let days = self.days.iter().map(|(date, reached, complete)| {
            json!({ "date": date, "reached": reached, "complete": complete })
        });
        json!({ "before": self.before, "days": days.collect::<Vec<_>>() })
    }
}

/// What each day added (a lost stage takes away), and the sum of what was before `from`. A trader's stage can change only on
/// days on which something is recorded of it, so that it is computed anew only for these.
fn gains(look: &Look, from: NaiveDate) -> (u64, BTreeMap<NaiveDate, i64>) {
    let definition = &look.definition;
    let target = definition.stage(&definition.target_stage);
    let is_there = |status: &FunnelStatus| {
        target.is_some_and(|t| status.stage > 0 && t.n <= status.campaign_stage)
    };
    let (mut before, mut gained) = (0u64, BTreeMap::<NaiveDate, i64>::new());
    for trader in &look.traders {
        let mut was = false;
        for day in days_of(trader) {
            let now = is_there(&status_on(definition, trader, day));
            if now == was {
                continue;
            }
            was = now;
            let step = if now { 1 } else { -1 };
            if day < from {
                before = before.saturating_add_signed(step);
            } else {
                *gained.entry(day).or_default() += step;
            }
        }
    }
    (before, gained)
}

fn days_of(trader: &Trader) -> BTreeSet<NaiveDate> {
    let facts = &trader.facts;
    let visits = facts.visits.iter().map(|v| v.day);
    let steps = facts.steps.iter().map(|s| s.day);
    let consents = facts.consents.iter().map(|c| c.day);
    visits
        .chain(steps)
        .chain(consents)
        .chain([facts.listed_on])
        .collect()
}

fn status_on(definition: &Definition, trader: &Trader, day: NaiveDate) -> FunnelStatus {
    let mut facts = trader.facts.clone();
    facts.until(day);
    funnel::status(definition, &facts)
}

/// Whether every tablet that was there on a day, or has said something of it, has said its close.
fn complete_days(
    desk: &mut Desk<'_>,
    look: &Look,
) -> Result<impl Fn(NaiveDate) -> bool, OfficeError> {
    let mut closed: HashMap<(uuid::Uuid, String), bool> = HashMap::new();
    for report in desk.store.reports_until(look.at_ms)? {
        closed.insert((report.enrolment, report.date), report.closed);
    }
    let definition = look.definition.clone();
    let mut tablets = desk.store.enrolments()?;
    tablets.retain(|row| {
        let revoked = row.revoked_ms.is_some_and(|ms| ms <= look.at_ms);
        !revoked && row.enrolled_ms <= look.at_ms && look.holds(&row.people, &look.markets)
    });
    Ok(move |day: NaiveDate| {
        tablets.iter().all(|row| {
            let there = definition.local_time(row.enrolled_ms).date() <= day;
            let said = closed.get(&(row.enrolment, day.to_string()));
            said.copied().unwrap_or(!there)
        })
    })
}
