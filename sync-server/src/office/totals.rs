//! Totals of visits: `recorded = counted + waiting + held_back + set_aside`, by market and canvasser, now or as known then.

use super::desk::Desk;
use super::error::OfficeError;
use super::state::Snapshot;
use super::tablets::shares_market;
use crate::store::Registry;
use crate::store::rows::{EnrolmentRow, Event, ReportRow};
use chrono::{DateTime, NaiveDate};
use grebeg_core::change::{ChangeName, Hash};
use grebeg_core::definition::{Definition, Market};
use grebeg_core::gather::visit_at_ms;
use grebeg_core::id::PersonId;
use grebeg_core::kinds::Role;
use grebeg_core::register::RecordKey;
use grebeg_core::rules::funnel::{self, FunnelCounts};
use grebeg_core::sync::messages::State;
use grebeg_core::wire::json::time;
use serde_json::{Map, Value as Json, json};
use std::collections::{BTreeMap, HashMap, HashSet};
use uuid::Uuid;

/// What is asked.
#[derive(Debug, Clone, Copy, Default)]
pub struct Question {
    /// One working day.
    pub date: Option<NaiveDate>,
    /// As the server knew it at that instant, Unix milliseconds.
    pub as_of_ms: Option<i64>,
    /// Only what happened up to that working day, as known now.
    pub until: Option<NaiveDate>,
}

/// Where a visit is counted whose market or author cannot be told, so that the parts add up to the whole.
const UNKNOWN: &str = "-";

/// Counts of visits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub counted: u64,
    pub waiting: u64,
    pub held_back: u64,
    pub set_aside: u64,
}

impl Tally {
    pub fn recorded(&self) -> u64 {
        self.counted + self.waiting + self.held_back + self.set_aside
    }

    pub fn add(&mut self, other: &Self) {
        self.counted += other.counted;
        self.waiting += other.waiting;
        self.held_back += other.held_back;
        self.set_aside += other.set_aside;
    }

    pub fn to_json(self) -> Json {
        json!({
            "recorded": self.recorded(), "counted": self.counted, "waiting": self.waiting,
            "held_back": self.held_back, "set_aside": self.set_aside,
        })
    }
}

#[derive(Debug, Default)]
pub struct Totals {
    pub all: Tally,
    pub by_market: BTreeMap<String, Tally>,
    pub by_canvasser: BTreeMap<String, Tally>,
    pub funnel: Vec<(String, u64)>,
    pub tablets_not_sent: Vec<String>,
    /// Tablets that said of themselves that something waits.
    pub waiting_tablets: u64,
    pub as_of_ms: i64,
    sees: Sees,
}

/// What of the counts the acting person sees: a canvasser the own, a lead the team's, others all.
#[derive(Debug, Default)]
struct Sees {
    markets: Option<Vec<String>>,
    author: Option<PersonId>,
}

impl Sees {
    fn of(desk: &mut Desk<'_>) -> Result<Self, OfficeError> {
        Ok(match desk.role()? {
            Role::Admin | Role::Viewer => Self::default(),
            Role::Lead => Self {
                markets: desk.markets()?,
                author: None,
            },
            Role::Canvasser => Self {
                markets: desk.markets()?,
                author: desk.by,
            },
        })
    }

    fn all(&self) -> bool {
        self.markets.is_none()
    }

    fn market(&self, market: &str) -> bool {
        let list = self.markets.as_ref();
        list.is_none_or(|list| list.iter().any(|m| m == market))
    }

    /// The own visits are one's own wherever they were made.
    fn visit(&self, market: &str, author: &str) -> bool {
        match self.author {
            Some(own) => own.to_string() == author,
            None => self.market(market),
        }
    }

    fn tablet(&self, desk: &mut Desk<'_>, row: &EnrolmentRow) -> Result<bool, OfficeError> {
        match (&self.markets, self.author) {
            (_, Some(own)) => Ok(row.people.contains(&own)),
            (Some(markets), None) => Ok(shares_market(&mut desk.store, row, markets)?),
            (None, None) => Ok(true),
        }
    }
}

impl Totals {
    pub fn to_json(&self) -> Json {
        let table = |map: &BTreeMap<String, Tally>| -> Json {
            map.iter()
                .map(|(name, tally)| (name.clone(), tally.to_json()))
                .collect::<Map<_, _>>()
                .into()
        };
        let mut json = self.all.to_json();
        if let Some(map) = json.as_object_mut() {
            let funnel: Map<String, Json> = self
                .funnel
                .iter()
                .map(|(stage, n)| (stage.clone(), (*n).into()))
                .collect();
            map.insert("funnel".into(), funnel.into());
            map.insert("by_market".into(), table(&self.by_market));
            map.insert("by_canvasser".into(), table(&self.by_canvasser));
            map.insert(
                "provisional".into(),
                (!self.tablets_not_sent.is_empty()).into(),
            );
            map.insert(
                "tablets_not_sent".into(),
                self.tablets_not_sent.clone().into(),
            );
            map.insert("as_of".into(), time(self.as_of_ms).into());
        }
        json
    }

    fn add(&mut self, market: &str, author: &str, add: impl Fn(&mut Tally)) {
        if !self.sees.visit(market, author) {
            return;
        }
        add(&mut self.all);
        for (part, name) in [
            (&mut self.by_market, market),
            (&mut self.by_canvasser, author),
        ] {
            let name = if name.is_empty() { UNKNOWN } else { name };
            add(part.entry(name.to_owned()).or_default());
        }
    }
}

/// Computes the totals within the desk's read transaction.
pub fn totals(desk: &mut Desk<'_>, question: Question) -> Result<Totals, OfficeError> {
    let snapshot = snapshot_at(desk, question.as_of_ms)?;
    totals_over(desk, question, &snapshot, &snapshot.definition())
}

/// The records now, or as known at an instant.
pub fn snapshot_at(desk: &mut Desk<'_>, as_of_ms: Option<i64>) -> Result<Snapshot, OfficeError> {
    let seq = desk.store.seq_at(as_of_ms.unwrap_or(i64::MAX))?;
    Snapshot::take(desk, Some(seq))
}

/// The totals over records that were taken at the question's instant already.
pub fn totals_over(
    desk: &mut Desk<'_>,
    question: Question,
    snapshot: &Snapshot,
    definition: &Definition,
) -> Result<Totals, OfficeError> {
    let mut totals = tallies_over(desk, question, snapshot, definition)?;
    let until = question.until.or(question.date);
    totals.funnel = funnel_counts(definition, snapshot, until, |home| totals.sees.market(home));
    Ok(totals)
}

/// The same without the funnel: visits and tablets alone.
pub fn tallies_over(
    desk: &mut Desk<'_>,
    question: Question,
    snapshot: &Snapshot,
    definition: &Definition,
) -> Result<Totals, OfficeError> {
    let at_ms = question.as_of_ms.unwrap_or(i64::MAX);
    let mut totals = Totals {
        as_of_ms: desk.store.known_ms(at_ms)?,
        sees: Sees::of(desk)?,
        ..Totals::default()
    };
    let shown = |m: &&Market| m.switched_on && totals.sees.market(&m.code);
    let markets: Vec<_> = definition.markets().iter().filter(shown).collect();
    for market in markets {
        totals
            .by_market
            .insert(market.code.clone(), Tally::default());
    }
    count_visits(desk, definition, snapshot, question, at_ms, &mut totals)?;
    count_waiting(desk, definition, question, at_ms, &mut totals)?;
    Ok(totals)
}

fn count_visits(
    desk: &mut Desk<'_>,
    definition: &Definition,
    snapshot: &Snapshot,
    question: Question,
    at_ms: i64,
    totals: &mut Totals,
) -> Result<(), OfficeError> {
    let seq = snapshot.seq;
    let states = states_at(desk.store.events()?, at_ms);
    let mut filed = desk.store.filed_visits()?;
    // What its own tablet sent says how a visit stands, as it does there; whatever was decided about what others offered back.
    filed.sort_by_key(|filed| filed.offered_back);
    let accepted: HashSet<Uuid> = filed
        .iter()
        .filter(|f| f.seq > 0 && f.seq <= seq)
        .map(|f| f.visit.visit)
        .collect();
    let mut counted = HashSet::new();
    for filed in &filed {
        let visit = &filed.visit;
        if filed.received_ms > at_ms {
            continue;
        }
        let state = match filed.seq > 0 && filed.seq <= seq {
            true => State::Accepted,
            false => states
                .get(&(filed.name, filed.hash))
                .copied()
                .unwrap_or(filed.state),
        };
        // A visit is one visit, under however many names it was sent.
        if state == State::Superseded || state != State::Accepted && accepted.contains(&visit.visit)
        {
            continue;
        }
        if !counted.insert(visit.visit) {
            continue;
        }
        let registers = snapshot.get("visit", visit.visit);
        let when = registers
            .filter(|_| state == State::Accepted)
            .and_then(visit_at_ms);
        let day = definition.working_day(&visit.market, when.unwrap_or(filed.stamp.ms()));
        if !asked(question, day) {
            continue;
        }
        let void =
            registers.is_some_and(|r| r.text("outcome").is_some_and(|o| definition.is_void(o)));
        let author = filed.author.map(|a| a.to_string()).unwrap_or_default();
        totals.add(&visit.market, &author, |tally| match state {
            State::Accepted if void => tally.set_aside += 1,
            State::Accepted => tally.counted += 1,
            State::Discarded => tally.set_aside += 1,
            State::HeldBack | State::Superseded => tally.held_back += 1,
        });
    }
    Ok(())
}

fn asked(question: Question, day: NaiveDate) -> bool {
    question.date.is_none_or(|date| date == day) && question.until.is_none_or(|until| day <= until)
}

/// The last state of each change that has a story, as of an instant.
fn states_at(events: Vec<Event>, at_ms: i64) -> HashMap<(ChangeName, Hash), State> {
    let until = events.into_iter().filter(|event| event.at_ms <= at_ms);
    until
        .map(|event| ((event.name, event.hash), event.state))
        .collect()
}

fn count_waiting(
    desk: &mut Desk<'_>,
    definition: &Definition,
    question: Question,
    at_ms: i64,
    totals: &mut Totals,
) -> Result<(), OfficeError> {
    let now_ms = if question.as_of_ms.is_some() {
        at_ms
    } else {
        crate::clock::now_ms()
    };
    let day = question
        .date
        .unwrap_or_else(|| definition.local_time(now_ms).date());
    let mut last: BTreeMap<(Uuid, String), ReportRow> = BTreeMap::new();
    for report in desk.store.reports_until(at_ms)? {
        last.insert((report.enrolment, report.date.clone()), report);
    }
    let mut waiting_tablets = HashSet::new();
    for report in last.values().filter(|r| r.waiting > 0) {
        let Ok(date) = NaiveDate::parse_from_str(&report.date, "%Y-%m-%d") else {
            continue;
        };
        if !asked(question, date) {
            continue;
        }
        waiting_tablets.insert(report.enrolment);
        let told: u64 = report.parts.iter().map(|p| p.waiting).sum();
        for part in &report.parts {
            // What a tablet says of itself names whatever it likes.
            let known = definition.market(&part.market).is_some();
            let market = if known { part.market.as_str() } else { UNKNOWN };
            totals.add(market, &part.author.to_string(), |tally| {
                tally.waiting += part.waiting
            });
        }
        if totals.sees.all() {
            totals.all.waiting += report.waiting.saturating_sub(told);
        }
    }
    totals.waiting_tablets = waiting_tablets.len() as u64;
    for row in not_sent(desk, day, at_ms, |_| true)? {
        if totals.sees.tablet(desk, &row)? {
            totals.tablets_not_sent.push(row.first_device.to_string());
        }
    }
    totals.tablets_not_sent.sort();
    Ok(())
}

/// The tablets, not stopped, whose last report until an instant does not say that a working day is closed.
pub fn not_sent(
    desk: &mut Desk<'_>,
    day: NaiveDate,
    at_ms: i64,
    wanted: impl Fn(&EnrolmentRow) -> bool,
) -> Result<Vec<EnrolmentRow>, OfficeError> {
    let mut closed: HashMap<Uuid, bool> = HashMap::new();
    for report in desk.store.reports_until(at_ms)? {
        if report.date == day.to_string() {
            closed.insert(report.enrolment, report.closed);
        }
    }
    let mut missing = desk.store.enrolments()?;
    missing.retain(|row| {
        let revoked = row.revoked_ms.is_some_and(|ms| ms <= at_ms);
        let known = !revoked && row.enrolled_ms <= at_ms;
        known && !closed.get(&row.enrolment).copied().unwrap_or(false) && wanted(row)
    });
    Ok(missing)
}

/// Traders by stage; with `until` only those that had reached it by that working day.
pub fn funnel_counts(
    definition: &Definition,
    snapshot: &Snapshot,
    until: Option<NaiveDate>,
    seen: impl Fn(&str) -> bool,
) -> Vec<(String, u64)> {
    let mut counts = FunnelCounts::new(definition);
    for (root, family) in snapshot.families() {
        let key = RecordKey::new("trader", root);
        let market = snapshot.records.get(&key).and_then(|r| r.text("market"));
        if !seen(market.unwrap_or_default()) {
            continue;
        }
        let mut facts = snapshot.facts(definition, root, &family);
        if let Some(until) = until {
            facts.until(until);
        }
        counts.add(&funnel::status(definition, &facts));
    }
    counts
        .stages
        .iter()
        .map(|stage| (stage.code.clone(), stage.reached))
        .collect()
}

/// `2019-08-02T10:00:00+07:00` or what an answer called `as_of`; Unix milliseconds.
pub fn parse_time(text: &str) -> Result<i64, OfficeError> {
    let bad = |_| OfficeError::BadValue {
        what: "time",
        value: text.to_owned(),
        expected: "RFC 3339 with a zone, such as 2019-08-02T17:00:00+07:00",
    };
    Ok(DateTime::parse_from_rfc3339(text)
        .map_err(bad)?
        .timestamp_millis())
}

pub fn parse_date(text: &str) -> Result<NaiveDate, OfficeError> {
    let bad = |_| OfficeError::BadValue {
        what: "date",
        value: text.to_owned(),
        expected: "YYYY-MM-DD",
    };
    NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(bad)
}
