//! Figures counted from the raw changes, one by one, and what the office says instead of them; and what a refusal takes.

use crate::beside::{Figures, ServerHolds, Tally};
use crate::checks::{Verdict, broken};
use crate::model::{Field, Records};
use crate::office::Office;
use grebeg_core::change::Change;
use grebeg_core::kinds::{self, Personal};
use grebeg_core::register::RecordKey;
use grebeg_core::sync::messages::{HeldReason, State};
use grebeg_core::value::Value;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The purpose without which nobody is kept by name.
pub const ASSISTANCE: &str = "pendampingan";
/// The outcome of a visit that was none.
const VOID: &str = "batal";
/// So long a refusal can be put right.
const GRACE_MS: i64 = 24 * 3_600_000;

/// A visit as it was filed, and where it stands.
struct Filed {
    market: String,
    author: String,
    state: State,
    /// The smallest counts.
    rank: u8,
}

/// Every visit that anybody recorded, once: accepted, or else as its own tablet's word stands, or else what others offered back.
fn filed_visits(office: &Office) -> BTreeMap<Uuid, Filed> {
    let mut visits: BTreeMap<Uuid, Filed> = BTreeMap::new();
    for filed in office.filed().filter(|f| f.state != State::Superseded) {
        let Ok(change) = Change::from_bytes(&filed.bytes) else {
            continue;
        };
        let created = |p: &&grebeg_core::change::Patch| {
            p.kind == "visit" && p.value("trader").and_then(Value::as_id).is_some()
        };
        let Some(patch) = change.patches.iter().find(created) else {
            continue;
        };
        let market = patch.value("market").and_then(Value::as_text);
        let visit = Filed {
            market: market.unwrap_or("-").to_owned(),
            author: change.author.to_string(),
            state: filed.state,
            rank: match filed.state {
                State::Accepted => 0,
                _ if filed.reason != Some(HeldReason::Recovered) => 1,
                State::HeldBack => 2,
                _ => 3,
            },
        };
        match visits.get(&patch.id) {
            Some(known) if known.rank <= visit.rank => {}
            _ => drop(visits.insert(patch.id, visit)),
        }
    }
    visits
}

/// The figures are those that the raw changes give.
pub fn figures(office: &Office, records: &Records, said: &Figures) -> Verdict {
    let mut own = Figures::default();
    for (id, visit) in filed_visits(office) {
        let outcome = records.get(&RecordKey::new("visit", id));
        let outcome = outcome.and_then(|record| record.get("outcome"));
        let is_void = matches!(outcome, Some((_, _, Value::Text(code))) if code == VOID);
        let tally = match visit.state {
            State::Accepted if is_void => Tally::set_aside(),
            State::Accepted => Tally::counted(),
            State::HeldBack => Tally::held_back(),
            _ => Tally::set_aside(),
        };
        own.all.add(&tally);
        own.page.add(&tally);
        own.by_market.entry(visit.market).or_default().add(&tally);
        own.by_author.entry(visit.author).or_default().add(&tally);
        own.exported += tally.counted;
    }
    match own == *said {
        true => Ok(()),
        false => broken(
            "totals",
            format!("the changes give {own:?}, the office says {said:?}"),
        ),
    }
}

/// One answer about assistance.
struct Answer {
    id: Uuid,
    yes: bool,
    follows: Vec<Uuid>,
    at_ms: i64,
}

fn id_of(record: &BTreeMap<String, Field>, field: &str) -> Option<Uuid> {
    record.get(field)?.2.as_id()
}

/// Traders with those that are merged with each; of two markets nobody is one trader.
fn families(records: &Records) -> Vec<BTreeSet<Uuid>> {
    let mut families: Vec<BTreeSet<Uuid>> = Vec::new();
    for (key, record) in records.iter().filter(|(key, _)| key.kind == "trader") {
        let mut family = BTreeSet::from([key.id]);
        let into = id_of(record, "merged_into").map(|into| RecordKey::new("trader", into));
        let into = into.filter(|into| {
            let market =
                |record: &BTreeMap<String, Field>| record.get("market").map(|m| m.2.clone());
            records.get(into).map(market) == Some(market(record))
        });
        family.extend(into.map(|into| into.id));
        let (joined, apart): (Vec<_>, Vec<_>) = families
            .into_iter()
            .partition(|other| !other.is_disjoint(&family));
        family.extend(joined.into_iter().flatten());
        families = apart;
        families.push(family);
    }
    families
}

fn answers(records: &Records, family: &BTreeSet<Uuid>) -> Vec<Answer> {
    let consents = records.iter().filter(|(key, _)| key.kind == "consent");
    let of_family = consents.filter(|(_, record)| {
        let trader = id_of(record, "trader");
        trader.is_some_and(|trader| family.contains(&trader))
    });
    let answer = |(key, record): (&RecordKey, &BTreeMap<String, Field>)| {
        let (stamp, _, purposes) = record.get("purposes")?;
        let follows = record
            .get("follows")
            .and_then(|(_, _, list)| list.as_list());
        Some(Answer {
            id: key.id,
            yes: purposes.as_map()?.get(ASSISTANCE)?.as_bool()?,
            follows: follows
                .unwrap_or_default()
                .iter()
                .filter_map(Value::as_id)
                .collect(),
            at_ms: stamp.ms(),
        })
    };
    of_family.filter_map(answer).collect()
}

/// What was answered before a consent, as far back as it says.
fn before(answers: &[Answer], of: &Answer) -> BTreeSet<Uuid> {
    let mut known = BTreeSet::new();
    let mut open = of.follows.clone();
    while let Some(id) = open.pop() {
        if known.insert(id) {
            let found = answers.iter().filter(|answer| answer.id == id);
            open.extend(found.flat_map(|answer| answer.follows.clone()));
        }
    }
    known
}

/// Personal values of a trader that stand in its record or in a filed change.
fn named_values(holds: &ServerHolds, trader: Uuid) -> usize {
    let personal = |field: &str| kinds::personal("trader", field) == Personal::Refusal;
    let record = holds.records.get(&RecordKey::new("trader", trader));
    let fields = record.into_iter().flat_map(|stored| &stored.registers.0);
    let kept = fields.filter(|(field, r)| personal(field) && !r.value.is_null());
    let changes = holds.filed.values();
    let changes = changes.filter_map(|filed| Change::from_bytes(&filed.bytes).ok());
    let filed = changes.flat_map(|change| change.patches);
    let filed = filed.filter(|p| p.kind == "trader" && p.id == trader);
    let filed: usize = filed
        .map(|p| {
            let values = p.fields.iter().filter(|(field, content)| {
                personal(field) && content.value().is_some_and(|value| !value.is_null())
            });
            values.count()
        })
        .sum();
    kept.count() + filed
}

/// Whoever refused, or took a consent back, a day ago or longer and has not agreed since, is kept without name; who never
/// refused keeps everything. Their visits count as before.
pub fn refusals(records: &Records, was: &ServerHolds, swept: &ServerHolds) -> Verdict {
    let due_ms = was.head.last_ms - GRACE_MS;
    for family in families(records) {
        let answers = answers(records, &family);
        let no: Vec<&Answer> = answers.iter().filter(|answer| !answer.yes).collect();
        let taken_back: BTreeSet<Uuid> = answers
            .iter()
            .filter(|answer| answer.yes)
            .flat_map(|yes| before(&answers, yes))
            .collect();
        let never_followed = no
            .iter()
            .any(|no| no.at_ms <= due_ms && !taken_back.contains(&no.id));
        for trader in &family {
            let (then, now) = (named_values(was, *trader), named_values(swept, *trader));
            if never_followed && now > 0 {
                let said = answers.iter().map(|a| (a.id, a.yes, a.at_ms - due_ms));
                let said: Vec<_> = said.collect();
                let text = format!(
                    "{trader} refused, and {now} of {then} values are still kept; merged {family:?}, answers {said:?}"
                );
                return broken("refused", text);
            }
            if no.is_empty() && now != then {
                let text = format!("{trader} never refused, and {now} of {then} values are left");
                return broken("refused", text);
            }
        }
    }
    let visits = |holds: &ServerHolds| holds.records.keys().filter(|k| k.kind == "visit").count();
    match visits(was) == visits(swept) {
        true => Ok(()),
        false => broken("refused", "a refusal took a visit away"),
    }
}

#[cfg(feature = "sqlite")]
#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::Chance;
    use crate::model;
    use crate::sqlite::Sqlite;
    use crate::world::{MINUTE_MS, World};

    /// A quiet world after some work, and what its real office says.
    fn world() -> (World, Records, Figures, ServerHolds) {
        let mut world = World::new(3, false, Some(&Sqlite));
        let mut chance = Chance::new(5);
        world.quiet().unwrap();
        for _ in 0..60 {
            world.pass(MINUTE_MS);
            world.work(&mut chance).unwrap();
        }
        world.pass(2 * GRACE_MS);
        world.quiet().unwrap();
        let records = model::records(&world.actions, &world.office);
        let now_ms = world.now_ms;
        let (figures, swept) = world.office.said(now_ms).unwrap().unwrap();
        (world, records, figures, swept)
    }

    #[test]
    fn a_total_that_is_one_visit_off_is_seen_wherever_it_stands() {
        let (world, records, said, _) = world();
        assert_eq!(figures(&world.office, &records, &said), Ok(()));
        assert!(said.all.counted > 5, "{said:?}");
        let breaks: [fn(&mut Figures); 6] = [
            |said| said.all.counted += 1,
            |said| said.all.set_aside += 1,
            |said| said.page.counted -= 1,
            |said| said.exported += 1,
            |said| drop(said.by_market.pop_first()),
            |said| drop(said.by_author.pop_first()),
        ];
        for (number, break_it) in breaks.into_iter().enumerate() {
            let mut wrong = said.clone();
            break_it(&mut wrong);
            let verdict = figures(&world.office, &records, &wrong);
            assert_eq!(verdict.unwrap_err().what, "totals", "{number}");
        }
    }

    #[test]
    fn a_name_that_stays_after_a_refusal_is_seen_and_one_that_goes_without() {
        let (mut world, records, _, swept) = world();
        let kept = world.office.holds().unwrap();
        assert_ne!(kept, swept, "somebody refused");
        assert_eq!(refusals(&records, &kept, &swept), Ok(()));
        assert_eq!(
            refusals(&records, &kept, &kept).unwrap_err().what,
            "refused"
        );
        let mut empty = swept;
        empty.records.retain(|key, _| key.kind != "trader");
        empty.filed.clear();
        assert_eq!(
            refusals(&records, &kept, &empty).unwrap_err().what,
            "refused"
        );
    }
}
