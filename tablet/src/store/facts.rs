//! A trader with everything that hangs on it, and the facts that the rules take from it.

use super::record;
use crate::error::Result;
use grebeg_core::definition::Definition;
use grebeg_core::merge::ERASED;
use grebeg_core::register::{Origin, RecordKey, Registers};
use grebeg_core::rules::facts::{Answers, ConsentFact, Facts, StepFact, VisitFact};
use grebeg_core::value::Value;
use rusqlite::Connection;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Merges in a row that are followed; a longer chain is a cycle or damage.
const MERGES_MAX: usize = 64;

/// A trader as screens show it, with its records and those of the traders merged into it.
#[derive(Debug, Clone, Default)]
pub struct Whole {
    pub id: Uuid,
    pub registers: Registers,
    /// Records of the trader and of its merged parts, without the traders themselves.
    pub records: Vec<(RecordKey, Registers)>,
    /// Merged into another trader of the same market.
    pub merged_away: bool,
}

/// The trader under which a merged one is shown: the end of the chain; in a cycle the smallest id.
///
/// A merge is not followed while its ends are in different markets, nor to a trader who is not here.
pub fn root_of(conn: &Connection, id: Uuid) -> Result<Uuid> {
    let mut path = vec![id];
    let mut now = id;
    while path.len() < MERGES_MAX {
        let Some(into) = followed(conn, now)? else {
            return Ok(now);
        };
        if let Some(start) = path.iter().position(|step| *step == into) {
            return Ok(path.iter().skip(start).min().copied().unwrap_or(id));
        }
        path.push(into);
        now = into;
    }
    Ok(path.into_iter().min().unwrap_or(id))
}

fn followed(conn: &Connection, id: Uuid) -> Result<Option<Uuid>> {
    let Some(own) = record::shown(conn, "trader", id)? else {
        return Ok(None);
    };
    let Some(into) = own.id("merged_into") else {
        return Ok(None);
    };
    let other = record::shown(conn, "trader", into)?;
    let same_market = other.is_some_and(|o| o.text("market") == own.text("market"));
    Ok(same_market.then_some(into))
}

/// All traders that are shown under `root`, itself included; found through the records of merges.
fn parts_of(conn: &Connection, root: Uuid) -> Result<BTreeSet<Uuid>> {
    let mut parts = BTreeSet::from([root]);
    let mut open = vec![root];
    let merges = record::of_kind(conn, "merge")?;
    while let Some(now) = open.pop() {
        let into_now = merges.iter().filter(|(_, merge)| merge.id("into") == Some(now));
        for other in into_now.filter_map(|(_, merge)| merge.id("trader")) {
            if followed(conn, other)? == Some(now) && parts.insert(other) {
                open.push(other);
            }
        }
    }
    Ok(parts)
}

/// Reads a trader; `None` when it is not here.
pub fn whole(conn: &Connection, id: Uuid) -> Result<Option<Whole>> {
    let mut found = None;
    let mut records = Vec::new();
    for (key, registers) in record::of_owner(conn, id)? {
        if key.kind == "trader" {
            found = Some(registers);
        } else {
            records.push((key, registers));
        }
    }
    let Some(registers) = found else {
        return Ok(None);
    };
    let root = root_of(conn, id)?;
    if root == id {
        for part in parts_of(conn, id)?.into_iter().filter(|part| *part != id) {
            let more = record::of_owner(conn, part)?;
            records.extend(more.into_iter().filter(|(key, _)| key.kind != "trader"));
        }
    }
    Ok(Some(Whole {
        id,
        registers,
        records,
        merged_away: root != id,
    }))
}

impl Whole {
    pub fn of_kind<'w>(
        &'w self,
        kind: &'w str,
    ) -> impl Iterator<Item = (Uuid, &'w Registers)> + 'w {
        self.records
            .iter()
            .filter(move |(key, _)| key.kind == kind)
            .map(|(key, registers)| (key.id, registers))
    }

    pub fn market(&self) -> &str {
        self.registers.text("market").unwrap_or_default()
    }

    /// What the rules need to know.
    pub fn facts(&self, definition: &Definition) -> Facts {
        let market = self.market();
        let first = self.registers.0.values().map(|r| r.origin.stamp).min();
        let listed_at_ms = first.map_or(0, |stamp| stamp.ms());
        let live = !self.merged_away
            && !self.registers.flag(ERASED)
            && !self.registers.flag("withdrawn");
        Facts {
            live,
            listed_at_ms,
            listed_on: definition.working_day(market, listed_at_ms),
            visits: self
                .of_kind("visit")
                .filter_map(|(id, visit)| visit_fact(definition, id, visit, market))
                .collect(),
            steps: self
                .of_kind("step")
                .filter_map(|(_, step)| step_fact(definition, step, market))
                .collect(),
            consents: self.consents(definition),
            commodity: commodity(definition, &self.registers),
        }
    }

    pub fn consents(&self, definition: &Definition) -> Vec<ConsentFact> {
        let market = self.market();
        self.of_kind("consent")
            .filter_map(|(id, consent)| consent_fact(definition, id, consent, market))
            .collect()
    }
}

/// The code of a trader's main goods group.
pub fn commodity(definition: &Definition, trader: &Registers) -> Option<String> {
    let code = trader.text("commodity_code").map(str::to_owned);
    code.or_else(|| {
        let typed = trader.text("commodity")?;
        definition.commodity_of(typed).map(str::to_owned)
    })
}

/// The moment of a write, or the one that a person typed.
pub fn at_ms(registers: &Registers, origin: &Origin) -> i64 {
    let typed = registers.text("at").and_then(|text| {
        chrono::DateTime::parse_from_rfc3339(text)
            .ok()
            .map(|at| at.timestamp_millis())
    });
    typed.unwrap_or(origin.stamp.ms())
}

pub fn answers(value: Option<&Value>) -> Answers {
    let map = value.and_then(Value::as_map);
    map.into_iter()
        .flatten()
        .map(|(question, answer)| (question.clone(), answer.to_json()))
        .collect()
}

fn visit_fact(
    definition: &Definition,
    id: Uuid,
    visit: &Registers,
    market: &str,
) -> Option<VisitFact> {
    let origin = visit.origin("trader")?;
    let at_ms = at_ms(visit, origin);
    let market = visit.text("market").unwrap_or(market);
    Some(VisitFact {
        id,
        at_ms,
        day: definition.working_day(market, at_ms),
        outcome: visit.text("outcome").unwrap_or_default().to_owned(),
        answers: answers(visit.value("answers")),
        check: answers(visit.value("check")),
        author: origin.author.0,
        device: origin.device.0,
    })
}

fn step_fact(definition: &Definition, step: &Registers, market: &str) -> Option<StepFact> {
    let at_ms = step.origin("state")?.stamp.ms();
    Some(StepFact {
        code: step.text("code")?.to_owned(),
        state: step.text("state").unwrap_or_default().to_owned(),
        before_campaign: step.flag("before_campaign"),
        at_ms,
        day: definition.working_day(market, at_ms),
        has_evidence: step.text("evidence").is_some(),
    })
}

fn consent_fact(
    definition: &Definition,
    id: Uuid,
    consent: &Registers,
    market: &str,
) -> Option<ConsentFact> {
    let at_ms = consent.origin("purposes")?.stamp.ms();
    let purposes = consent.value("purposes").and_then(Value::as_map);
    let follows = consent.value("follows").and_then(Value::as_list);
    Some(ConsentFact {
        id,
        purposes: purposes
            .into_iter()
            .flatten()
            .filter_map(|(purpose, answer)| Some((purpose.clone(), answer.as_bool()?)))
            .collect(),
        follows: follows.unwrap_or_default().iter().filter_map(Value::as_id).collect(),
        at_ms,
        day: definition.working_day(market, at_ms),
    })
}
