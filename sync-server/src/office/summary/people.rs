//! The canvassers of the markets on one day: what is known of their work, and whether their tablets have sent.

use super::Look;
use crate::office::desk::Desk;
use crate::office::error::OfficeError;
use crate::office::review::detail::person_markets;
use crate::office::totals::Tally;
use crate::store::Registry;
use grebeg_core::gather::visit_at_ms;
use grebeg_core::kinds::Role;
use grebeg_core::wire::json::time;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// What a person's tablets have told of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sent {
    /// Nothing of that day.
    Nothing,
    /// Something, but not its close.
    Part,
    Closed,
    /// The person has no tablet.
    NoTablet,
}

impl Sent {
    fn code(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Part => "part",
            Self::Closed => "closed",
            Self::NoTablet => "no_tablet",
        }
    }
}

/// One row a canvasser of the markets, those who have not sent first, then by name.
pub fn rows(
    desk: &mut Desk<'_>,
    look: &Look,
    tallies: &BTreeMap<String, Tally>,
) -> Result<Vec<Json>, OfficeError> {
    let sent = sent_by_person(desk, look)?;
    let taught = taught_by_person(look);
    let mut rows: Vec<((Sent, String), Json)> = Vec::new();
    for (id, person) in look.snapshot.of_kind("person") {
        let works = person.value("active").and_then(|v| v.as_bool()) != Some(false);
        let canvasses = person.text("role").and_then(Role::parse) == Some(Role::Canvasser);
        let markets: Vec<&str> = person_markets(&look.snapshot, grebeg_core::id::PersonId(id))
            .filter(|m| look.sees(m))
            .collect();
        let tally = tallies.get(&id.to_string()).copied().unwrap_or_default();
        if !canvasses || markets.is_empty() || (!works && tally.counted == 0) {
            continue;
        }
        let (state, at_ms) = sent.get(&id).copied().unwrap_or((Sent::NoTablet, None));
        let known = state != Sent::Nothing || tally.counted > 0;
        let name = person.text("name").unwrap_or_default();
        let names = markets.iter().filter_map(|m| look.definition.market(m));
        rows.push((
            (state, name.to_lowercase()),
            json!({
                "person_id": id.to_string(), "name": name,
                "markets": names.map(|m| m.name.as_str()).collect::<Vec<_>>(),
                "taught": known.then(|| taught.get(&id).copied().unwrap_or(0)),
                "visits": known.then_some(tally.counted),
                "held_back": tally.held_back, "waiting": tally.waiting,
                "sent": state.code(), "sent_at": at_ms.map(time),
            }),
        ));
    }
    rows.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(rows.into_iter().map(|(_, row)| row).collect())
}

/// The furthest that a person's tablets have got, and when one of them was last heard.
fn sent_by_person(
    desk: &mut Desk<'_>,
    look: &Look,
) -> Result<HashMap<Uuid, (Sent, Option<i64>)>, OfficeError> {
    let now = look.at_ms == i64::MAX;
    let mut closed: HashMap<Uuid, bool> = HashMap::new();
    let mut heard: HashMap<Uuid, i64> = HashMap::new();
    for report in desk.store.reports_until(look.at_ms)? {
        heard.insert(report.enrolment, report.at_ms);
        if report.date == look.date.to_string() {
            closed.insert(report.enrolment, report.closed);
        }
    }
    let mut people: HashMap<Uuid, (Sent, Option<i64>)> = HashMap::new();
    for row in desk.store.enrolments()? {
        let revoked = row.revoked_ms.is_some_and(|ms| ms <= look.at_ms);
        if revoked || row.enrolled_ms > look.at_ms {
            continue;
        }
        // Contacts are kept for the last one only; of a past moment the reports tell.
        let at_ms = if now {
            Some(row.last_seen_ms)
        } else {
            heard.get(&row.enrolment).copied()
        };
        let on_day = at_ms.is_some_and(|at| look.definition.local_time(at).date() >= look.date);
        let state = match closed.get(&row.enrolment) {
            Some(true) => Sent::Closed,
            _ if on_day => Sent::Part,
            _ => Sent::Nothing,
        };
        for person in &row.people {
            let entry = people.entry(person.0).or_insert((state, at_ms));
            entry.0 = entry.0.min(state);
            entry.1 = entry.1.max(at_ms);
        }
    }
    Ok(people)
}

/// Visits of the day in which something was taught, as the workbook counts them.
fn taught_by_person(look: &Look) -> HashMap<Uuid, u64> {
    let mut taught = HashMap::new();
    for (_, visit) in look.snapshot.of_kind("visit") {
        let trader = visit
            .id("trader")
            .and_then(|t| look.snapshot.get("trader", t));
        let home = trader.and_then(|t| t.text("market")).unwrap_or_default();
        let market = visit.text("market").unwrap_or(home);
        let (Some(author), Some(at_ms)) = (visit.origin("trader"), visit_at_ms(visit)) else {
            continue;
        };
        let outcome = visit
            .text("outcome")
            .and_then(|o| look.definition.outcome(o));
        let counts = outcome.is_some_and(|o| o.taught && !look.definition.is_void(&o.code));
        if counts && look.definition.working_day(market, at_ms) == look.date {
            *taught.entry(author.author.0).or_default() += 1;
        }
    }
    taught
}
