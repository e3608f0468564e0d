//! The invariants, compared against the reference model. Numbers are those of the list in ARCHITECTURE.md.

use crate::model::{self, Actions, Records};
use crate::office::Office;
use crate::shelf::Shelf;
use grebeg_core::change::{Change, ChangeName};
use grebeg_core::id::DeviceId;
use grebeg_core::register::RecordKey;
use grebeg_core::stamp::Stamp;
use grebeg_core::sync::messages::{Answer, HeldReason, State};
use grebeg_core::value::Value;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A promise that was broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// A short name: what shrinking keeps the same.
    pub what: &'static str,
    pub detail: String,
}

pub type Verdict = Result<(), Violation>;

pub fn broken<T>(what: &'static str, detail: impl Into<String>) -> Result<T, Violation> {
    Err(Violation {
        what,
        detail: detail.into(),
    })
}

fn short(id: &Uuid) -> String {
    id.simple().to_string().chars().take(6).collect()
}

fn named(key: &RecordKey) -> String {
    format!("{} {}", key.kind, short(&key.id))
}

fn change_name(name: ChangeName) -> String {
    format!("change {} of device {}", name.n, short(&name.device.0))
}

/// The server's own books, without any tablet.
pub fn server(actions: &Actions, office: &Office) -> Result<Records, Violation> {
    chains(office)?;
    let records = model::records(actions, office);
    if let Some(filed) = office
        .filed()
        .find(|f| f.state == State::Accepted && !f.in_chain)
    {
        let text = format!("{} holds no number", change_name(filed.name));
        return broken("chain", text);
    }
    for (key, fields) in &records {
        let Some(stored) = office.records().get(key) else {
            return broken(
                "whole-change",
                format!("{} is not on the server", named(key)),
            );
        };
        if let Some(difference) = model::difference(fields, &stored.registers) {
            return broken(
                "fold",
                format!(
                    "{} on the server: {difference}; {}",
                    named(key),
                    story(office, key)
                ),
            );
        }
        let home = model::home(&records, key);
        if stored.home != home {
            let text = format!(
                "{} is kept in {} and belongs in {home}",
                named(key),
                stored.home
            );
            return broken("home", text);
        }
    }
    if let Some(key) = office
        .records()
        .keys()
        .find(|key| !records.contains_key(key))
    {
        return broken(
            "fold",
            format!("{} came from no accepted change", named(key)),
        );
    }
    Ok(records)
}

/// What was filed about a record, in the order of names.
fn story(office: &Office, key: &RecordKey) -> String {
    let about = office.filed().filter_map(|filed| {
        let change = Change::from_bytes(&filed.bytes).ok()?;
        let patches = change.patches.iter();
        let fields: Vec<String> = patches
            .filter(|patch| patch.kind == key.kind && patch.id == key.id)
            .flat_map(|patch| &patch.fields)
            .map(|(field, content)| match content.value() {
                Some(_) => field.clone(),
                None => format!("{field} (taken out)"),
            })
            .collect();
        let reason = filed.reason.map_or("", |reason| reason.code());
        let state = filed.state.code();
        let (name, seq) = (change_name(filed.name), filed.seq);
        (!fields.is_empty()).then(|| format!("{name} {state} {reason} {seq}: {}", fields.join(" ")))
    });
    about.collect::<Vec<_>>().join("; ")
}

/// Each device's numbers have no gap, its chain holds, its stamps grow and are never of the future.
fn chains(office: &Office) -> Verdict {
    let mut last: BTreeMap<DeviceId, (u64, Stamp)> = BTreeMap::new();
    let now = Stamp::at_ms(office.head().last_ms + 1);
    for filed in office.filed().filter(|f| f.in_chain) {
        let name = filed.name;
        let (n, stamp) = last.get(&name.device).copied().unwrap_or_default();
        if name.n != n + 1 {
            return broken("gap", format!("{} follows {n}", change_name(name)));
        }
        if filed.stamp <= stamp {
            let text = format!(
                "{}: {} is not after {stamp}",
                change_name(name),
                filed.stamp
            );
            return broken("stamp-order", text);
        }
        if filed.stamp >= now {
            let text = format!(
                "{}: {} is later than the server",
                change_name(name),
                filed.stamp
            );
            return broken("stamp-future", text);
        }
        last.insert(name.device, (name.n, filed.stamp));
    }
    let mut hashes = BTreeMap::new();
    for filed in office.filed().filter(|f| f.in_chain) {
        hashes.insert(filed.name, filed.hash);
        let Ok(change) = Change::from_bytes(&filed.bytes) else {
            continue;
        };
        let before = ChangeName {
            device: filed.name.device,
            n: filed.name.n.saturating_sub(1),
        };
        if let (Some(prev), Some(held)) = (change.prev, hashes.get(&before))
            && prev != *held
        {
            let text = format!("{} follows another change", change_name(filed.name));
            return broken("chain", text);
        }
    }
    Ok(())
}

/// Everything that was called saved is on the server, once.
pub fn nothing_lost(actions: &Actions, office: &Office) -> Verdict {
    let by_content = office.by_content();
    for (content, action) in actions
        .iter()
        .filter(|(_, a)| !a.gone && a.tablet.is_some())
    {
        let filed = by_content
            .get(content)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let standing: Vec<_> = filed
            .iter()
            .filter(|f| f.state != State::Superseded)
            .collect();
        let kinds: Vec<&str> = action
            .change
            .patches
            .iter()
            .map(|p| p.kind.as_str())
            .collect();
        let words = || {
            format!(
                "{} ({})",
                change_name(action.change.name()),
                kinds.join(", ")
            )
        };
        match standing.len() {
            1 => {}
            0 => return broken("lost", format!("{} is not on the server", words())),
            count => {
                let names: Vec<String> = standing
                    .iter()
                    .map(|f| format!("{} {:?} {:?}", change_name(f.name), f.state, f.reason))
                    .collect();
                let text = format!("{} stands {count} times: {}", words(), names.join(", "));
                return broken("doubled", text);
            }
        }
    }
    Ok(())
}

/// What totals count from: each visit that people recorded stands on the server once, under its trader and market, and every
/// tablet that recorded it knows how it stands.
pub fn visits(actions: &Actions, office: &Office, shelves: &[&Shelf]) -> Verdict {
    let mut standing: BTreeMap<Uuid, State> = BTreeMap::new();
    for filed in office.filed().filter(|f| f.state != State::Superseded) {
        // What others offered back is a part of an action, and no visit of its own.
        let (Some(visit), Some(action)) = (&filed.visit, actions.get(&filed.content_hash)) else {
            continue;
        };
        if standing.insert(visit.visit, filed.state).is_some() {
            let text = format!("visit {} is counted twice", short(&visit.visit));
            return broken("visits", text);
        }
        let named = |field: &str| {
            let patches = action.change.patches.iter();
            let patch = patches
                .rev()
                .find(|p| p.kind == "visit" && p.id == visit.visit)?;
            patch.value(field).cloned()
        };
        let trader = named("trader").and_then(|value| value.as_id());
        let market = named("market");
        let market = market.as_ref().and_then(Value::as_text);
        if trader.is_none() || trader != visit.trader || market.is_some_and(|m| m != visit.market) {
            let text = format!(
                "visit {} is filed under another trader",
                short(&visit.visit)
            );
            return broken("visits", text);
        }
    }
    for (_, action) in actions
        .iter()
        .filter(|(_, a)| !a.gone && a.tablet.is_some())
    {
        let patches = action.change.patches.iter();
        let made = patches.filter(|p| p.kind == "visit" && p.value("trader").is_some());
        if let Some(lost) = made.into_iter().find(|p| !standing.contains_key(&p.id)) {
            return broken(
                "visits",
                format!("visit {} is not counted", short(&lost.id)),
            );
        }
    }
    for own in shelves.iter().flat_map(|shelf| &shelf.own) {
        let patches = own.change.patches.iter();
        let made = patches.filter(|p| p.kind == "visit" && p.value("trader").is_some());
        let said = own.said.filter(|said| *said != State::Superseded);
        for visit in made {
            if said.is_some_and(|said| standing.get(&visit.id) != Some(&said)) {
                let text = format!("visit {} is {said:?} on a tablet only", short(&visit.id));
                return broken("visits", text);
            }
        }
    }
    Ok(())
}

/// What the office reads of each erased person: nothing.
pub fn erased(office: &Office, shelves: &[&Shelf]) -> Verdict {
    for trader in office.erased_traders() {
        let mark = secret(trader).into_bytes();
        let holds = |bytes: &[u8]| bytes.windows(mark.len()).any(|part| part == mark);
        for (key, stored) in office.records() {
            if holds(&stored.registers.to_bytes()) {
                return broken("erased", format!("{} still holds a value", named(key)));
            }
        }
        for filed in office.filed() {
            if holds(&filed.bytes) {
                let change = Change::from_bytes(&filed.bytes).ok();
                let patches = change.map_or(Vec::new(), |change| change.patches);
                let records = patches.iter().map(|p| RecordKey::new(&p.kind, p.id));
                let stories =
                    records.map(|key| format!("{}: {}", named(&key), story(office, &key)));
                let text = format!(
                    "{} still holds a value on the server; {}",
                    change_name(filed.name),
                    stories.collect::<Vec<_>>().join("; ")
                );
                return broken("erased-filed", text);
            }
        }
        for shelf in shelves.iter().filter(|shelf| !shelf.locked) {
            let key = RecordKey::new("trader", *trader);
            if !shelf.confirmed.contains_key(&key) {
                continue;
            }
            if let Some((key, _)) = shelf
                .confirmed
                .iter()
                .find(|(_, (_, r))| holds(&r.to_bytes()))
            {
                return broken("erased-tablet", format!("{} on a tablet", named(key)));
            }
            let own = shelf.own.iter().find(|own| holds(&own.change.to_bytes()));
            if let Some(own) = own {
                let text = format!(
                    "own {} on a tablet, {:?}",
                    change_name(own.change.name()),
                    own.reason
                );
                return broken("erased-own", text);
            }
        }
    }
    Ok(())
}

/// The mark in every personal value of a trader.
pub fn secret(trader: &Uuid) -> String {
    format!("rahasia-{}", trader.simple())
}

/// At quiet a tablet that works holds what its people may see, and nothing else; and its outbox says what the server says.
pub fn tablet(records: &Records, office: &Office, shelf: &Shelf, stopped: bool) -> Verdict {
    let who = short(&shelf.device.0);
    outbox(office, shelf, &who)?;
    if stopped || shelf.locked {
        return Ok(());
    }
    if shelf.waiting() > 0 {
        return broken(
            "waiting",
            format!("tablet {who} still waits with {}", shelf.waiting()),
        );
    }
    let (roles, homes) = model::sight(office, &shelf.people);
    let expected = model::expected(records, roles, &homes);
    for (key, fields) in &expected {
        let Some((home, held)) = shelf.confirmed.get(*key) else {
            return broken("missing", format!("{} is not on tablet {who}", named(key)));
        };
        if let Some(difference) = model::difference(fields, held) {
            return broken(
                "differs",
                format!("{} on tablet {who}: {difference}", named(key)),
            );
        }
        if *home != model::home(records, key) {
            return broken(
                "tablet-home",
                format!("{} on tablet {who} is kept in {home}", named(key)),
            );
        }
    }
    let ghost = shelf
        .confirmed
        .keys()
        .find(|key| !expected.contains_key(key));
    match ghost {
        Some(key) => broken(
            "ghost",
            format!("{} is on tablet {who} and should not be", named(key)),
        ),
        None => Ok(()),
    }
}

/// The first record of these homes that a tablet holds otherwise than the server, in words.
pub fn first_difference(office: &Office, shelf: &Shelf, homes: &[String]) -> String {
    for (key, stored) in office.records() {
        let held = shelf.confirmed.get(key).filter(|(h, _)| homes.contains(h));
        match (homes.contains(&stored.home), held) {
            (true, None) => return format!("{} is missing", named(key)),
            (false, Some((home, _))) => {
                return format!("{} is in {home}, not in {}", named(key), stored.home);
            }
            (true, Some((_, held))) => {
                let fields = stored.registers.0.iter();
                let fields = fields.map(|(field, r)| {
                    let told = (r.origin.stamp, r.origin.device, r.value.clone());
                    (field.clone(), told)
                });
                if let Some(difference) = model::difference(&fields.collect(), held) {
                    return format!("{}: {difference}", named(key));
                }
            }
            (false, None) => {}
        }
    }
    "a record that the server does not hold".to_owned()
}

/// recorded = counted + waiting + held back + set aside, one by one.
fn outbox(office: &Office, shelf: &Shelf, who: &str) -> Verdict {
    let mut filed: BTreeMap<(ChangeName, [u8; 32]), State> = BTreeMap::new();
    for f in office
        .filed()
        .filter(|f| f.reason != Some(HeldReason::Recovered))
    {
        filed.insert((f.name, f.hash), f.state);
    }
    for own in &shelf.own {
        let Some(said) = own.said else { continue };
        let name = own.change.name();
        let there = filed.get(&(name, own.hash));
        if there != Some(&said) {
            let text = format!(
                "tablet {who} was told {} is {said:?}, on the server it is {there:?}",
                change_name(name)
            );
            return broken("accounting", text);
        }
    }
    Ok(())
}

/// What stands in an answer may be seen by the people it goes to.
pub fn answer(
    office: &Office,
    people: &[grebeg_core::id::PersonId],
    revoked: bool,
    answer: &Answer,
) -> Verdict {
    let (roles, homes) = if revoked {
        (0, BTreeSet::new())
    } else {
        model::sight(office, people)
    };
    for record in &answer.records {
        let reads =
            grebeg_core::kinds::kind(&record.key.kind).is_some_and(|k| k.read.0 & roles != 0);
        let is_there = office
            .records()
            .get(&record.key)
            .is_some_and(|r| r.home == record.home);
        if !reads || !homes.contains(&record.home) || !is_there {
            let text = format!(
                "{} of {} was sent to somebody else",
                named(&record.key),
                record.home
            );
            return broken("scope", text);
        }
    }
    Ok(())
}
