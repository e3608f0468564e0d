//! Carries an accepted change into the records: merge, homes, digests, conflicts. The only place that writes records.

use super::access::seen_seq;
use super::conflict;
use super::messages::CAMPAIGN_HOME;
use super::store::{Head, Store, Stored};
use crate::change::{Change, Patch, Seen};
use crate::digest::{self, Sum};
use crate::id::PersonId;
use crate::kinds::{self, HomeRule, Personal};
use crate::merge;
use crate::merge::ERASED;
use crate::planted::{self, Bug};
use crate::register::{Origin, RecordKey, Register, Registers};
use crate::value::Value;
use uuid::Uuid;

/// What an accepted change brought about besides its own writes.
#[derive(Debug, Default)]
pub struct Accepted {
    /// Records that did not exist before.
    pub created: Vec<RecordKey>,
    /// Erasures that have to follow: new records of a trader who is erased.
    pub erase: Vec<Patch>,
    /// Records whose values have to leave the filed changes.
    pub redact: Vec<RecordKey>,
}

/// Merges `change` (with its final stamp) at `head.seq`, which the caller has just moved on.
pub fn accept<S: Store>(
    store: &mut S,
    head: &mut Head,
    change: &Change,
    seen: Option<Seen>,
) -> Result<Accepted, S::Error> {
    let mut result = Accepted::default();
    let seen = seen_seq(store, seen)?;
    let origin = Origin {
        stamp: change.stamp,
        device: change.device,
        n: change.n,
        author: change.author,
    };
    let mut patches = change.patches.as_slice();
    if planted::alive(Bug::LastPatchLost) && patches.len() > 1 {
        patches = patches.split_last().map_or(patches, |(_, most)| most);
    }
    for patch in patches {
        let key = RecordKey::new(&patch.kind, patch.id);
        accept_patch(store, head, &key, patch, origin, seen, &mut result)?;
    }
    Ok(result)
}

fn accept_patch<S: Store>(
    store: &mut S,
    head: &mut Head,
    key: &RecordKey,
    patch: &Patch,
    origin: Origin,
    seen: u64,
    result: &mut Accepted,
) -> Result<(), S::Error> {
    let found = store.record(key)?;
    let is_new = found.is_none();
    let mut stored = found.unwrap_or_default();
    if !is_new {
        note_conflicts(store, head, key, patch, origin, seen, &stored.registers)?;
    }
    let was_erased = stored.registers.flag(ERASED);
    let writes = merge::merge(&mut stored.registers, patch, origin, head.seq);
    if conflict::forget(store, key, &writes)? {
        head.conflict_seq = head.seq;
    }
    let (home, owner) = home_of(store, &patch.kind, &stored.registers)?;
    if is_new {
        result.created.push(key.clone());
        result.erase.extend(erasure_of(store, key, owner)?);
    }
    if stored.registers.flag(ERASED) && (!was_erased || drops_personal(patch)) {
        result.redact.push(key.clone());
    }
    let readers = readers_of(&patch.kind);
    let mut sum = store.digest(&stored.home, readers)?;
    sum.follow(key, &writes);
    store.set_digest(&stored.home, readers, sum)?;
    let moved = stored.home != home;
    let hangs_elsewhere = stored.owner != owner;
    stored.owner = owner;
    if moved {
        move_record(store, head, key, &mut stored, &home)?;
    }
    stored.ord = head.seq;
    store.save_record(key, &stored)?;
    if moved || hangs_elsewhere {
        // Also a new one's: after a restore, and within one change, what names it may have come before it.
        move_hanging(store, head, key, &stored, result)?;
    }
    if patch.kind == "person" && writes.iter().any(|w| w.field == "markets") {
        store.set_markets(PersonId(key.id), &markets_of(&stored.registers), head.seq)?;
    }
    Ok(())
}

fn note_conflicts<S: Store>(
    store: &mut S,
    head: &mut Head,
    key: &RecordKey,
    patch: &Patch,
    origin: Origin,
    seen: u64,
    registers: &Registers,
) -> Result<(), S::Error> {
    let erased = registers.flag(ERASED);
    for (field, content) in &patch.fields {
        let Some(value) = content.value() else {
            continue;
        };
        let spec = kinds::kind(&patch.kind).and_then(|k| k.field(field));
        let alone = spec.is_some_and(|s| {
            s.merge != kinds::MergeRule::Latest || erased && s.personal != Personal::No
        });
        // Two forms of one value are one question.
        let main = spec.and_then(|s| patch.value(s.beside?));
        if alone || main.is_some_and(|main| !main.is_null()) {
            continue;
        }
        let new = Register {
            value: value.clone(),
            origin,
            seq: head.seq,
        };
        if conflict::note(store, key, field, registers.0.get(field), &new, seen)? {
            head.conflict_seq = head.seq;
        }
    }
    Ok(())
}

/// Takes a record from its home into another: both digests, a trace in the old home, a new place in the order.
fn move_record<S: Store>(
    store: &mut S,
    head: &Head,
    key: &RecordKey,
    stored: &mut Stored,
    home: &str,
) -> Result<(), S::Error> {
    let readers = readers_of(&key.kind);
    let sum: Sum = digest::of_record(key, &stored.registers);
    let mut old = store.digest(&stored.home, readers)?;
    if !planted::alive(Bug::DigestStays) {
        old.subtract(sum);
    }
    store.set_digest(&stored.home, readers, old)?;
    let mut new = store.digest(home, readers)?;
    new.add(sum);
    store.set_digest(home, readers, new)?;
    if !stored.home.is_empty() {
        store.add_left(&stored.home, key, head.seq)?;
    }
    stored.home = home.to_owned();
    stored.scope_seq = head.seq;
    stored.ord = head.seq;
    Ok(())
}

/// All that hangs on a trader goes where the trader goes, and what came before its visit goes where that is.
fn move_hanging<S: Store>(
    store: &mut S,
    head: &Head,
    key: &RecordKey,
    root: &Stored,
    result: &mut Accepted,
) -> Result<(), S::Error> {
    let owner = match key.kind.as_str() {
        "trader" => Some(key.id),
        "visit" => root.owner.or(Some(key.id)),
        _ => return Ok(()),
    };
    if planted::alive(Bug::HangingLeftBehind) {
        return Ok(());
    }
    for (hanging, mut stored) in store.hanging_on(key.id)? {
        if stored.owner != owner {
            stored.owner = owner;
            result.erase.extend(erasure_of(store, &hanging, owner)?);
        } else if stored.home == root.home {
            continue;
        }
        if stored.home != root.home {
            move_record(store, head, &hanging, &mut stored, &root.home)?;
        }
        store.save_record(&hanging, &stored)?;
    }
    Ok(())
}

/// What erases a record that has come to somebody who is erased.
fn erasure_of<S: Store>(
    store: &mut S,
    key: &RecordKey,
    owner: Option<Uuid>,
) -> Result<Option<Patch>, S::Error> {
    let Some(trader) = owner.filter(|_| key.kind != "trader") else {
        return Ok(None);
    };
    let erased = is_erased(store, trader)?;
    Ok(erased.then(|| Patch::new(&key.kind, key.id, [(ERASED, Value::Bool(true))])))
}

/// The home of a record as its fields say, and the trader on whom that depends.
pub fn home_of<S: Store>(
    store: &mut S,
    kind: &str,
    registers: &Registers,
) -> Result<(String, Option<Uuid>), S::Error> {
    let campaign = || (CAMPAIGN_HOME.to_owned(), None);
    Ok(
        match kinds::kind(kind).map_or(HomeRule::Campaign, |k| k.home) {
            HomeRule::Campaign => campaign(),
            HomeRule::OwnMarket | HomeRule::MarketOrCampaign => (
                registers.text("market").unwrap_or(CAMPAIGN_HOME).to_owned(),
                None,
            ),
            HomeRule::Trader => match registers.id("trader") {
                // A name on a class's list, of somebody who is not known yet.
                None => match registers.id("class") {
                    None => campaign(),
                    Some(class) => (
                        home_or_campaign(store, RecordKey::new("class", class))?,
                        None,
                    ),
                },
                Some(trader) => (
                    home_or_campaign(store, RecordKey::new("trader", trader))?,
                    Some(trader),
                ),
            },
            HomeRule::Visit => match registers.id("visit") {
                None => campaign(),
                Some(visit) => match store.record(&RecordKey::new("visit", visit))? {
                    // Until it is known whose visit it is, the visit is what it hangs on.
                    Some(stored) => (stored.home, stored.owner.or(Some(visit))),
                    None => (CAMPAIGN_HOME.to_owned(), Some(visit)),
                },
            },
        },
    )
}

fn home_or_campaign<S: Store>(store: &mut S, key: RecordKey) -> Result<String, S::Error> {
    Ok(store
        .record(&key)?
        .map_or_else(|| CAMPAIGN_HOME.to_owned(), |stored| stored.home))
}

fn is_erased<S: Store>(store: &mut S, trader: Uuid) -> Result<bool, S::Error> {
    Ok(store
        .record(&RecordKey::new("trader", trader))?
        .is_some_and(|t| t.registers.flag(ERASED)))
}

fn drops_personal(patch: &Patch) -> bool {
    patch
        .fields
        .keys()
        .any(|field| kinds::personal(&patch.kind, field) != Personal::No)
}

fn markets_of(registers: &Registers) -> Vec<String> {
    let markets = registers
        .value("markets")
        .and_then(Value::as_list)
        .unwrap_or_default();
    markets
        .iter()
        .filter_map(|m| m.as_text().map(str::to_owned))
        .collect()
}

/// Which readership a kind belongs to; records of unknown kinds are not accepted, so they have none.
pub fn readers_of(kind: &str) -> u8 {
    kinds::kind(kind).map_or(0, |k| k.read.0)
}
