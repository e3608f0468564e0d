//! Traders that may be one person: the list, merging two, taking a merge back, saying that they are two.
//!
//! A merge moves nothing: it sets `merged_into` and is followed when reading. Fields that the lead picks from the other
//! record belong to the merge, which remembers what stood there before.

use super::desk::Desk;
use super::error::OfficeError;
use super::pairs;
use super::state::Snapshot;
use grebeg_core::change::Patch;
use grebeg_core::id::{merge_id, not_duplicate_id};
use grebeg_core::kinds::{self, Role};
use grebeg_core::merge::ERASED;
use grebeg_core::register::{RecordKey, Registers};
use grebeg_core::sync::store::{Store, Stored};
use grebeg_core::value::Value;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, HashSet};
use uuid::Uuid;

/// Fields that may be taken over from the other record.
pub const PICKABLE: &[&str] = &[
    "name",
    "nickname",
    "stall",
    "stall_name",
    "phone",
    "commodity",
    "block",
    "floor",
    "zone",
    "stall_kind",
    "note",
];

/// Pairs worth a question, the likeliest first; a lead sees those of the own markets.
pub fn list(desk: &mut Desk<'_>) -> Result<Vec<Json>, OfficeError> {
    desk.needs(&[Role::Lead, Role::Admin], "a lead")?;
    let definition = desk.definition()?;
    let markets = desk.markets()?;
    let snapshot = Snapshot::take(desk, None)?;
    let settled: HashSet<(Uuid, Uuid)> = snapshot
        .of_kind("not_duplicate")
        .filter(|(_, r)| r.flag("state"))
        .filter_map(|(_, r)| {
            let (a, b) = (
                snapshot.root(r.id("trader")?),
                snapshot.root(r.id("other")?),
            );
            Some((a.min(b), a.max(b)))
        })
        .collect();
    let traders = pairs::comparable(&snapshot, &definition, markets.as_deref());
    let mut list = Vec::new();
    for pair in pairs::pairs(&traders, None) {
        if settled.contains(&(pair.trader, pair.other)) {
            continue;
        }
        let (Some(one), Some(two)) = (traders.get(&pair.trader), traders.get(&pair.other)) else {
            continue;
        };
        list.push(json!({
            "trader": one.id.to_string(), "other": two.id.to_string(),
            "name": one.name, "other_name": two.name, "market": one.market, "other_market": two.market,
            "stall": one.stall, "other_stall": two.stall, "score": pair.score, "why": pair.why,
        }));
    }
    Ok(list)
}

fn trader(desk: &mut Desk<'_>, id: &str) -> Result<(RecordKey, Stored), OfficeError> {
    desk.needs(&[Role::Lead, Role::Admin], "a lead")?;
    let (key, stored) = desk.record("trader", id)?;
    desk.needs_home(&stored.home)?;
    Ok((key, stored))
}

/// `other` is shown at `keep` from now on; `picks` are fields of `other` that hold for `keep`.
///
/// Errors: `Refused` across markets, for an erased record, for the same record twice and for a circle.
pub fn merge(
    desk: &mut Desk<'_>,
    keep: &str,
    other_id: &str,
    picks: &[String],
) -> Result<Json, OfficeError> {
    let (keep, kept) = trader(desk, keep)?;
    let (other, gone) = trader(desk, other_id)?;
    let refused = |why: &str| Err(OfficeError::Refused(why.to_owned()));
    if keep.id == other.id {
        return refused("a trader cannot be merged with itself");
    }
    if kept.home != gone.home {
        return Err(OfficeError::Refused(format!(
            "the two are in different markets ({} and {}): move one first, then merge",
            kept.home, gone.home
        )));
    }
    if kept.registers.flag(ERASED) || gone.registers.flag(ERASED) {
        return refused("one of the two was erased: what was erased stays as it is");
    }
    if gone.registers.id("merged_into") == Some(keep.id) {
        return Ok(answer(keep.id, other.id, false));
    }
    if let Some(into) = gone.registers.id("merged_into") {
        return Err(OfficeError::Refused(format!(
            "the second is merged into {into} already: undo that merge first"
        )));
    }
    if chain(desk, keep.id)?.contains(&other.id) {
        return refused(
            "the first is merged into the second already: undo that merge, or name them the other way round",
        );
    }
    let mut patches = vec![Patch::new(
        "trader",
        other.id,
        [("merged_into", Value::id(keep.id))],
    )];
    let (taken, remembered) = picked(&kept.registers, &gone.registers, picks)?;
    if !taken.is_empty() {
        patches.push(Patch::new("trader", keep.id, taken));
    }
    let fields = [
        ("trader", Value::id(other.id)),
        ("into", Value::id(keep.id)),
        ("picks", Value::Map(remembered)),
        ("undone", Value::Bool(false)),
    ];
    patches.push(Patch::new("merge", merge_id(&other.id), fields));
    desk.change(patches)?;
    desk.log("duplicates merge", &format!("{} {}", keep.id, other.id))?;
    Ok(answer(keep.id, other.id, false))
}

fn answer(keep: Uuid, other: Uuid, undone: bool) -> Json {
    json!({ "trader": keep.to_string(), "other": other.to_string(), "merge_id": merge_id(&other).to_string(), "undone": undone })
}

type Fields = Vec<(&'static str, Value)>;

/// Values that `kept` takes over, and what the merge has to remember of each: what stood there and what came.
fn picked(
    kept: &Registers,
    gone: &Registers,
    picks: &[String],
) -> Result<(Fields, BTreeMap<String, Value>), OfficeError> {
    let (mut taken, mut remembered) = (Fields::new(), BTreeMap::new());
    let value =
        |registers: &Registers, field: &str| registers.value(field).cloned().unwrap_or(Value::Null);
    for pick in picks {
        let Some(field) = PICKABLE.iter().find(|field| *field == pick) else {
            return Err(OfficeError::BadValue {
                what: "--pick",
                value: pick.clone(),
                expected: "a field of a trader, such as name, stall, phone or commodity",
            });
        };
        for field in std::iter::once(*field).chain(kinds::companions("trader", field)) {
            let (before, after) = (value(kept, field), value(gone, field));
            if before != after && !remembered.contains_key(field) {
                // No values: an erasure would have to reach them here. The history of both records has them.
                remembered.insert(field.to_owned(), Value::Bool(true));
                taken.push((field, after));
            }
        }
    }
    Ok((taken, remembered))
}

/// A trader and those it is merged into, as far as the links go.
fn chain(desk: &mut Desk<'_>, from: Uuid) -> Result<Vec<Uuid>, OfficeError> {
    let mut chain = vec![from];
    let mut at = from;
    while let Some(stored) = desk.store.record(&RecordKey::new("trader", at))? {
        match stored.registers.id("merged_into") {
            Some(into) if !chain.contains(&into) => {
                chain.push(into);
                at = into;
            }
            _ => break,
        }
    }
    Ok(chain)
}

/// Takes a merge back: the other record stands alone again, and picked fields go back unless somebody changed them since.
pub fn undo(desk: &mut Desk<'_>, id: &str) -> Result<Json, OfficeError> {
    let (other, gone) = trader(desk, id)?;
    let Some(keep) = gone.registers.id("merged_into") else {
        return Err(OfficeError::Refused(
            "this trader is not merged into another".to_owned(),
        ));
    };
    let merge = RecordKey::new("merge", merge_id(&other.id));
    let merged = desk.store.record(&merge)?.unwrap_or_default();
    let mut patches = vec![Patch::new(
        "trader",
        other.id,
        [("merged_into", Value::Null)],
    )];
    let back = put_back(desk, keep, &merged.registers)?;
    if !back.is_empty() {
        let back = back
            .iter()
            .map(|(field, value)| (field.as_str(), value.clone()));
        patches.push(Patch::new("trader", keep, back));
    }
    let fields = [
        ("trader", Value::id(other.id)),
        ("undone", Value::Bool(true)),
    ];
    patches.push(Patch::new("merge", merge.id, fields));
    desk.change(patches)?;
    desk.log("duplicates undo", &other.id.to_string())?;
    Ok(answer(keep, other.id, true))
}

/// What picked fields held before the merge, for those that still hold the merge's own write.
fn put_back(
    desk: &mut Desk<'_>,
    keep: Uuid,
    merge: &Registers,
) -> Result<Vec<(String, Value)>, OfficeError> {
    use grebeg_core::change::Change;
    use grebeg_core::sync::messages::State;
    let picks = merge.value("picks").and_then(Value::as_map);
    let (Some(picks), Some(origin)) = (picks, merge.origin("picks")) else {
        return Ok(Vec::new());
    };
    let key = RecordKey::new("trader", keep);
    let Some(kept) = desk
        .store
        .record(&key)?
        .filter(|k| !k.registers.flag(ERASED))
    else {
        return Ok(Vec::new());
    };
    let mut filed = desk.store.changes_touching(&key)?;
    filed.retain(|f| {
        f.state == State::Accepted && (f.stamp, f.name.device) < (origin.stamp, origin.device)
    });
    filed.sort_by_key(|f| std::cmp::Reverse((f.stamp, f.name.device)));
    let earlier: Vec<Change> = filed
        .iter()
        .filter_map(|f| Change::from_bytes(&f.bytes).ok())
        .collect();
    let mut back = Vec::new();
    for field in picks.keys() {
        if kept.registers.origin(field) != Some(origin) {
            continue;
        }
        let patches = earlier.iter().flat_map(|change| &change.patches);
        let before = patches
            .filter(|patch| patch.kind == key.kind && patch.id == key.id)
            .find_map(|patch| patch.value(field));
        back.push((field.clone(), before.cloned().unwrap_or(Value::Null)));
    }
    Ok(back)
}

/// Says that two records are two people: the pair is not asked about again.
pub fn not_duplicates(desk: &mut Desk<'_>, a: &str, b: &str) -> Result<Json, OfficeError> {
    let (a, _) = trader(desk, a)?;
    let (b, _) = trader(desk, b)?;
    if a.id == b.id {
        return Err(OfficeError::Refused("these are the same record".to_owned()));
    }
    let id = not_duplicate_id(&a.id, &b.id);
    let fields = [
        ("trader", Value::id(a.id.min(b.id))),
        ("other", Value::id(a.id.max(b.id))),
        ("state", Value::Bool(true)),
    ];
    desk.change(vec![Patch::new("not_duplicate", id, fields)])?;
    desk.log("duplicates not", &format!("{} {}", a.id, b.id))?;
    Ok(json!({ "trader": a.id.to_string(), "other": b.id.to_string(), "not_duplicate": true }))
}
