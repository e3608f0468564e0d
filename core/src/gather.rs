//! From records to what the rules look at: one trader with all that hangs on it, merged parts together.

use crate::definition::Definition;
use crate::merge::ERASED;
use crate::register::{RecordKey, Registers};
use crate::rules::facts::{Answers, ConsentFact, Facts, StepFact, VisitFact};
use crate::value::Value;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The facts of one trader.
///
/// `trader`: its registers. `hanging`: all records that name it, or a trader merged into it, in their field `trader`.
/// `is_root`: it is not merged into another trader.
pub fn facts<'r>(
    definition: &Definition,
    trader: &Registers,
    hanging: impl IntoIterator<Item = (&'r RecordKey, &'r Registers)>,
    is_root: bool,
) -> Facts {
    let market = trader.text("market").unwrap_or_default();
    let first = trader
        .0
        .values()
        .map(|r| r.origin.stamp)
        .min()
        .unwrap_or_default();
    let mut facts = Facts {
        live: !trader.flag(ERASED) && !trader.flag("withdrawn") && is_root && !trader.is_empty(),
        listed_at_ms: first.ms(),
        listed_on: definition.working_day(market, first.ms()),
        commodity: commodity(definition, trader),
        ..Facts::default()
    };
    for (key, registers) in hanging {
        match key.kind.as_str() {
            "visit" => facts.visits.extend(visit(definition, key.id, registers)),
            "step" => facts.steps.extend(step(definition, market, registers)),
            "consent" => facts
                .consents
                .extend(consent(definition, market, key.id, registers)),
            _ => {}
        }
    }
    facts.visits.extend(answers_of_trader(definition, trader));
    facts
}

/// The goods group: as a person chose it, unless the goods' words were written later; then as these say.
pub fn commodity(definition: &Definition, trader: &Registers) -> Option<String> {
    let said = |field: &str| {
        let origin = trader.0.get(field)?.origin;
        Some((origin.stamp, origin.device))
    };
    let chosen = trader
        .text("commodity_code")
        .filter(|_| said("commodity_code") >= said("commodity"));
    let code = chosen.or_else(|| definition.commodity_of(trader.text("commodity")?));
    code.map(str::to_owned)
}

/// When a visit took place: a typed time, else the (corrected) stamp of its creation. Unix milliseconds.
pub fn visit_at_ms(registers: &Registers) -> Option<i64> {
    let typed = registers
        .text("at")
        .and_then(|at| chrono::DateTime::parse_from_rfc3339(at).ok());
    typed
        .map(|at| at.timestamp_millis())
        .or_else(|| registers.origin("trader").map(|o| o.stamp.ms()))
}

fn visit(definition: &Definition, id: Uuid, registers: &Registers) -> Option<VisitFact> {
    let origin = registers.origin("trader")?;
    let at_ms = visit_at_ms(registers)?;
    Some(VisitFact {
        id,
        at_ms,
        day: definition.working_day(registers.text("market").unwrap_or_default(), at_ms),
        outcome: registers.text("outcome").unwrap_or_default().to_owned(),
        answers: answers(registers.value("answers")),
        check: answers(registers.value("check")),
        author: origin.author.0,
        device: origin.device.0,
    })
}

fn step(definition: &Definition, market: &str, registers: &Registers) -> Option<StepFact> {
    let state = registers.0.get("state")?;
    let at_ms = state.origin.stamp.ms();
    Some(StepFact {
        code: registers.text("code")?.to_owned(),
        state: state.value.as_text().unwrap_or("terbuka").to_owned(),
        before_campaign: registers.flag("before_campaign"),
        at_ms,
        day: definition.working_day(market, at_ms),
        has_evidence: registers.value("evidence").is_some(),
    })
}

fn consent(
    definition: &Definition,
    market: &str,
    id: Uuid,
    registers: &Registers,
) -> Option<ConsentFact> {
    let purposes = registers.0.get("purposes")?;
    let at_ms = purposes.origin.stamp.ms();
    let yes_no = purposes
        .value
        .as_map()?
        .iter()
        .filter_map(|(p, v)| Some((p.clone(), v.as_bool()?)));
    let follows = registers
        .value("follows")
        .and_then(Value::as_list)
        .unwrap_or_default();
    Some(ConsentFact {
        id,
        purposes: yes_no.collect(),
        follows: follows.iter().filter_map(Value::as_id).collect(),
        at_ms,
        day: definition.working_day(market, at_ms),
    })
}

fn answers(value: Option<&Value>) -> Answers {
    let map = value.and_then(Value::as_map);
    map.map(|m| m.iter().map(|(k, v)| (k.clone(), v.to_json())).collect())
        .unwrap_or_default()
}

/// Questions whose answers also stand on the trader itself, set without a visit.
const TRADER_ANSWERS: &[&str] = &[
    "hp_pintar",
    "internet",
    "pakai_wa",
    "kering_kemas",
    "penerimaan",
    "pendamping",
    "daftar_harga",
    "kemauan",
    "ada_waktu",
    "janji",
    "pernah_coba",
    "ajak_orang",
];

/// An answer set on the trader is as good as one given at a visit of that moment; without an outcome it is no contact.
fn answers_of_trader(definition: &Definition, trader: &Registers) -> Vec<VisitFact> {
    let market = trader.text("market").unwrap_or_default();
    let mut list = Vec::new();
    for field in TRADER_ANSWERS {
        let Some(register) = trader.0.get(*field).filter(|r| !r.value.is_null()) else {
            continue;
        };
        let at_ms = register.origin.stamp.ms();
        list.push(VisitFact {
            id: Uuid::nil(),
            at_ms,
            day: definition.working_day(market, at_ms),
            answers: BTreeMap::from([((*field).to_owned(), register.value.to_json())]),
            author: register.origin.author.0,
            device: register.origin.device.0,
            ..VisitFact::default()
        });
    }
    list
}

/// The trader at the end of a chain of merges: the smallest id of a cycle, and never across markets.
///
/// `next`: where a trader is merged into, with the market of each (`None`: nowhere, or not there).
pub fn root(trader: Uuid, next: impl Fn(Uuid) -> Option<Uuid>) -> Uuid {
    let mut path = vec![trader];
    let mut seen = BTreeSet::from([trader]);
    let mut at = trader;
    while let Some(into) = next(at) {
        if !seen.insert(into) {
            let cycle = path.iter().skip_while(|id| **id != into);
            return cycle.min().copied().unwrap_or(into);
        }
        path.push(into);
        at = into;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(links: &[(u128, u128)], from: u128, expected: u128) {
        let next = |id: Uuid| {
            links
                .iter()
                .find(|(a, _)| Uuid::from_u128(*a) == id)
                .map(|(_, b)| Uuid::from_u128(*b))
        };
        assert_eq!(root(Uuid::from_u128(from), next), Uuid::from_u128(expected));
    }

    #[test]
    fn a_chain_ends_at_its_root_and_a_cycle_at_its_smallest_id() {
        check(&[(1, 2), (2, 3)], 1, 3);
        check(&[(5, 4), (4, 9), (9, 4)], 5, 4);
        check(&[(4, 9), (9, 4)], 9, 4);
        check(&[], 7, 7);
    }
}
