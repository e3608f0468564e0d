//! The list of a day's visits, what is odd first.

use super::flags::{Checked, Surroundings, check};
use super::verdict::{ReviewState, state_of};
use crate::office::desk::Desk;
use crate::office::error::OfficeError;
use crate::office::family::{Families, shown_name};
use crate::office::state::Snapshot;
use crate::store::Registry;
use crate::store::rows::{HeldMarket, VisitRow};
use chrono::NaiveDate;
use grebeg_core::change::Change;
use grebeg_core::definition::Definition;
use grebeg_core::gather::visit_at_ms;
use grebeg_core::id::{PersonId, review_id};
use grebeg_core::kinds::Role;
use grebeg_core::register::Registers;
use grebeg_core::rules::facts::Facts;
use grebeg_core::rules::visit_checks::{DayVisit, Level, Oddity, PaceLimits, check_day};
use grebeg_core::sync::store::Store;
use grebeg_core::wire::json::time;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// One visit as a lead reviews it.
#[derive(Debug)]
pub struct Reviewed {
    pub visit: Uuid,
    pub trader: Uuid,
    /// `None` where the trader refused or was erased.
    pub trader_name: Option<String>,
    pub market: String,
    pub author: Option<PersonId>,
    pub author_name: Option<String>,
    pub at_ms: i64,
    /// Working day.
    pub day: NaiveDate,
    pub outcome: String,
    pub state: ReviewState,
    /// Flags first, then what was only told at the stall.
    pub oddities: Vec<Oddity>,
    /// The returns that are not answered.
    pub returns: Vec<Json>,
}

impl Reviewed {
    /// The codes of one level, each once.
    pub fn codes(&self, level: Level) -> Vec<&'static str> {
        let mut codes: Vec<&'static str> = Vec::new();
        for oddity in self.oddities.iter().filter(|o| o.level == level) {
            if !codes.contains(&oddity.code) {
                codes.push(oddity.code);
            }
        }
        codes
    }

    pub fn to_json(&self) -> Json {
        let about = |o: &Oddity| json!({ "code": o.code, "about": o.about });
        let flags = self.oddities.iter().filter(|o| o.level == Level::Flag);
        json!({
            "visit_id": self.visit.to_string(),
            "trader": self.trader.to_string(),
            "trader_name": self.trader_name,
            "market": self.market,
            "author": self.author.map(|a| a.to_string()),
            "author_name": self.author_name,
            "at": time(self.at_ms),
            "outcome": self.outcome,
            "state": self.state.code(),
            "flags": self.codes(Level::Flag),
            "flag_details": flags.map(about).collect::<Vec<_>>(),
            "warnings": self.codes(Level::Warning),
            "returns": self.returns,
        })
    }
}

/// The accepted visits of a working day in the acting person's markets, flagged ones first, then by time.
pub fn list(desk: &mut Desk<'_>, date: NaiveDate) -> Result<Vec<Reviewed>, OfficeError> {
    desk.needs(&[Role::Lead, Role::Admin], "a lead")?;
    let markets = desk.markets()?;
    let seen = |home: &str| markets.as_ref().is_none_or(|m| m.iter().any(|m| m == home));
    let definition = desk.definition()?;
    let snapshot = Snapshot::take(desk, None)?;
    let families = Families::of(&snapshot);
    let disputed = desk.store.all_siblings()?.into_iter().map(|(key, ..)| key);
    let around = Surroundings::new(&snapshot, &families, disputed.collect(), seen);
    let mut list = reviewed(
        desk,
        &definition,
        &snapshot,
        &families,
        &around,
        |home, day| seen(home) && day == date,
    )?;
    list.sort_by_key(|v| (v.codes(Level::Flag).is_empty(), v.at_ms, v.visit));
    Ok(list)
}

/// The accepted visits of a snapshot with their flags and states, by id. `wanted`: by the trader's market and the working day.
pub fn reviewed(
    desk: &mut Desk<'_>,
    definition: &Definition,
    snapshot: &Snapshot,
    families: &Families,
    around: &Surroundings,
    wanted: impl Fn(&str, NaiveDate) -> bool,
) -> Result<Vec<Reviewed>, OfficeError> {
    let created: HashMap<Uuid, VisitRow> = desk
        .store
        .filed_visits()?
        .into_iter()
        .filter(|f| f.seq > 0 && f.seq <= snapshot.seq)
        .map(|f| (f.visit.visit, f))
        .collect();
    let returns = returns_by_visit(snapshot);
    let holders = Holders::of(desk, snapshot)?;
    let mut list = Vec::new();
    let mut known: HashMap<Uuid, Facts> = HashMap::new();
    let mut notes: BTreeMap<(PersonId, NaiveDate), Vec<DayVisit>> = BTreeMap::new();
    for (id, visit) in snapshot.of_kind("visit") {
        let (Some(trader), Some(at_ms)) = (visit.id("trader"), visit_at_ms(visit)) else {
            continue;
        };
        let filed = created.get(&id);
        let home = snapshot
            .get("trader", trader)
            .and_then(|t| t.text("market"));
        let home = home.unwrap_or_default();
        let market = visit
            .text("market")
            .or_else(|| filed.map(|f| f.visit.market.as_str()))
            .unwrap_or(home);
        let day = definition.working_day(market, at_ms);
        if !wanted(home, day) {
            continue;
        }
        let author = visit.origin("trader").map(|o| o.author);
        let change = filed.map(|f| content(desk, f)).transpose()?.flatten();
        let root = families.root(trader);
        let facts = known
            .entry(root)
            .or_insert_with(|| families.facts(snapshot, definition, root));
        let checked = Checked {
            id,
            visit,
            trader,
            facts,
            market,
            filed,
            change: change.as_ref(),
            former_holder: author.is_some_and(|author| holders.had_lost(author, market, at_ms)),
        };
        let oddities = check(definition, snapshot, families, around, &checked);
        let own = returns.get(&id).map_or(&[][..], Vec::as_slice);
        let registers: Vec<&Registers> = own.iter().map(|(_, r)| *r).collect();
        let review = snapshot.get("review", review_id(&id));
        let outcome = visit.text("outcome").unwrap_or_default().to_owned();
        if let Some(author) = author.filter(|_| !definition.is_void(&outcome)) {
            notes.entry((author, day)).or_default().push(DayVisit {
                id,
                trader,
                at_ms,
                note: visit.text("note").unwrap_or_default().to_owned(),
            });
        }
        let shown = snapshot.get("trader", root);
        let person = author.and_then(|a| snapshot.get("person", a.0));
        list.push(Reviewed {
            visit: id,
            trader,
            trader_name: shown
                .and_then(|t| shown_name(definition, t, facts))
                .map(str::to_owned),
            market: market.to_owned(),
            author,
            day,
            author_name: person.and_then(|p| p.text("name")).map(str::to_owned),
            at_ms,
            outcome,
            state: state_of(desk, visit, review, &registers)?,
            oddities,
            returns: own
                .iter()
                .filter(|(_, r)| !r.flag("answered"))
                .map(|(id, r)| return_json(*id, r))
                .collect(),
        });
    }
    add_day(&mut list, &notes);
    Ok(list)
}

/// The change that created a visit.
pub(super) fn content(desk: &mut Desk<'_>, row: &VisitRow) -> Result<Option<Change>, OfficeError> {
    let filed = desk.store.filed(row.name)?;
    let filed = filed.into_iter().find(|f| f.hash == row.hash);
    Ok(filed.and_then(|f| Change::from_bytes(&f.bytes).ok()))
}

/// Pace and repeated notes show only over a whole day of one author.
fn add_day(list: &mut [Reviewed], days: &BTreeMap<(PersonId, NaiveDate), Vec<DayVisit>>) {
    let mut found: HashMap<Uuid, Vec<Oddity>> = HashMap::new();
    for day in days.values() {
        for (visit, oddity) in check_day(day, PaceLimits::default()) {
            found.entry(visit).or_default().push(oddity);
        }
    }
    for visit in list {
        visit
            .oddities
            .extend(found.remove(&visit.visit).unwrap_or_default());
    }
}

/// Who held which market when, as a snapshot knows it.
struct Holders(HashMap<PersonId, Vec<HeldMarket>>);

impl Holders {
    fn of(desk: &mut Desk<'_>, snapshot: &Snapshot) -> Result<Self, OfficeError> {
        let mut holders: HashMap<PersonId, Vec<HeldMarket>> = HashMap::new();
        for mut held in desk.store.held_markets()? {
            let person = snapshot.get("person", held.person.0);
            let role = person.and_then(|p| Role::parse(p.text("role")?));
            let bound = matches!(role, Some(Role::Canvasser | Role::Lead));
            if bound && held.from_seq <= snapshot.seq {
                held.until = held.until.filter(|(seq, _)| *seq <= snapshot.seq);
                holders.entry(held.person).or_default().push(held);
            }
        }
        Ok(Self(holders))
    }

    /// Whether the market had been taken from a person by then. One who got it only later never lost it.
    fn had_lost(&self, person: PersonId, market: &str, at_ms: i64) -> bool {
        let of_person = self.0.get(&person).into_iter().flatten();
        let mut lost = false;
        for held in of_person.filter(|h| h.market == market && h.from_ms <= at_ms) {
            match held.until {
                Some((_, until_ms)) if until_ms <= at_ms => lost = true,
                _ => return false,
            }
        }
        lost
    }
}

type Returns<'s> = HashMap<Uuid, Vec<(Uuid, &'s Registers)>>;

fn returns_by_visit(snapshot: &Snapshot) -> Returns<'_> {
    let mut returns = Returns::new();
    for (id, registers) in snapshot.of_kind("return") {
        if let Some(visit) = registers.id("visit") {
            returns.entry(visit).or_default().push((id, registers));
        }
    }
    returns
}

fn return_json(id: Uuid, registers: &Registers) -> Json {
    let origin = registers.origin("visit");
    json!({
        "return_id": id.to_string(),
        "reason": registers.text("reason"),
        "reason_text": registers.text("reason_text"),
        "fields": registers.value("fields").map(|f| f.to_json()),
        "by": origin.map(|o| o.author.to_string()),
        "at": origin.map(|o| time(o.stamp.ms())),
    })
}
