//! Erasing a person: every personal value of the trader, of those merged with it and of all that hangs on them, for ever.
//!
//! What stays is a tombstone under the same id, the market and the stage dates, so that counts hold. The filed changes
//! lose the values too (their hashes stay), and so do changes that are held back or were set aside.

use super::desk::{Desk, reason};
use super::error::OfficeError;
use super::forever;
use super::scope::scope_of;
use super::state::Snapshot;
use crate::store::Registry;
use grebeg_core::change::{Change, Patch};
use grebeg_core::kinds::{self, Personal, Role};
use grebeg_core::limits::CHANGE_PATCHES_MAX;
use grebeg_core::merge::ERASED;
use grebeg_core::register::{RecordKey, Registers};
use grebeg_core::sync::messages::State;
use grebeg_core::sync::store::Store;
use grebeg_core::value::Value;
use grebeg_core::wire::json::time;
use serde_json::Value as Json;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// What left the records and the filed changes.
#[derive(Debug)]
pub struct Taken {
    /// Values that were there and are no more.
    pub erased_fields: u64,
    /// All traders that went: the one named and those merged with it.
    pub traders: Vec<Uuid>,
    /// What hung on them, and what is held back of it.
    pub records: Vec<RecordKey>,
}

/// What an erasure on request did.
#[derive(Debug)]
pub struct Erased {
    pub taken: Taken,
    /// Tablets that hold the market and have not been heard of since: they drop the values at their next sync.
    pub tablets_pending: Vec<String>,
    /// The line for the file outside the store.
    pub forever: Json,
}

/// Erases on request; the caller keeps [`Erased::forever`] before it commits.
///
/// Errors: `NotAllowed` (admins only), `WhyNeeded`, `RecordUnknown`. Again for an erased trader it changes nothing.
pub fn erase_on_request(desk: &mut Desk<'_>, id: &str, why: &str) -> Result<Erased, OfficeError> {
    desk.needs(&[Role::Admin], "an admin")?;
    let why = reason(why)?;
    let (key, stored) = desk.record("trader", id)?;
    if names(why, &stored.registers) {
        return Err(OfficeError::Other {
            code: "why_names_person",
            message: "the reason names the person, and nothing deletes from the log".to_owned(),
            hint: "say who asked and when in other words, such as `own request of 3 August`"
                .to_owned(),
        });
    }
    let taken = erase(desk, key.id)?;
    let mut markets = BTreeSet::new();
    for trader in &taken.traders {
        let stored = desk.store.record(&RecordKey::new("trader", *trader))?;
        markets.extend(stored.map(|stored| stored.home));
    }
    let at_ms = desk.store.head()?.last_ms;
    let tablets_pending = tablets_pending(desk, &markets, at_ms)?;
    desk.log("erase", &format!("{} {why}", key.id))?;
    Ok(Erased {
        forever: forever::erased(
            desk.row.campaign,
            &taken.traders,
            &taken.records,
            &time(at_ms),
        ),
        taken,
        tablets_pending,
    })
}

/// Whether a reason holds what is about to be erased.
fn names(why: &str, trader: &Registers) -> bool {
    let why_low = why.to_lowercase();
    let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
    let name = trader.text("name").map(str::to_lowercase);
    let phone = trader.text("phone").map(digits);
    name.is_some_and(|n| n.chars().count() > 2 && why_low.contains(&n))
        || phone.is_some_and(|p| {
            p.len() > 8 && digits(why).contains(p.strip_prefix("62").unwrap_or(&p))
        })
}

/// Erases a trader with all records merged with it.
///
/// A trader that is not there (any more) is erased in advance: what a late tablet brings of it stays without a name.
pub fn erase(desk: &mut Desk<'_>, trader: Uuid) -> Result<Taken, OfficeError> {
    let snapshot = Snapshot::of_traders(desk, [trader])?;
    let family = family(&snapshot, trader);
    let mut taken = taken(&snapshot, &family);
    taken.insert(RecordKey::new("trader", trader));
    let (mut erased_fields, hanging) = redact_waiting(desk, &family, &taken)?;
    let mut patches = Vec::new();
    let nothing = Registers::default();
    for key in &taken {
        let registers = snapshot.records.get(key).unwrap_or(&nothing);
        erased_fields += personal_values(key, registers);
        if !registers.flag(ERASED) {
            patches.push(Patch::new(&key.kind, key.id, [(ERASED, Value::Bool(true))]));
        }
    }
    for part in patches.chunks(CHANGE_PATCHES_MAX) {
        desk.change(part.to_vec())?;
    }
    for trader in &family {
        desk.store.forget_register_values(*trader)?;
    }
    Ok(Taken {
        erased_fields,
        records: taken
            .union(&hanging)
            .filter(|k| k.kind != "trader")
            .cloned()
            .collect(),
        traders: family.into_iter().collect(),
    })
}

/// All traders that a merge joins with this one, in whatever direction and whichever market they are in now.
fn family(snapshot: &Snapshot, trader: Uuid) -> BTreeSet<Uuid> {
    let mut links: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for (id, registers) in snapshot.of_kind("trader") {
        if let Some(into) = registers.id("merged_into") {
            links.entry(id).or_default().push(into);
            links.entry(into).or_default().push(id);
        }
    }
    let mut family = BTreeSet::from([trader]);
    let mut open = vec![trader];
    while let Some(id) = open.pop() {
        for next in links.get(&id).into_iter().flatten() {
            if family.insert(*next) {
                open.push(*next);
            }
        }
    }
    family
}

fn can_be_erased(kind: &str) -> bool {
    kinds::kind(kind).is_some_and(|kind| kind.field(ERASED).is_some())
}

/// The records that an erasure names: the traders, what names them, and what names their visits.
fn taken(snapshot: &Snapshot, family: &BTreeSet<Uuid>) -> BTreeSet<RecordKey> {
    let mut taken = BTreeSet::new();
    let mut visits = BTreeSet::new();
    for (key, registers) in &snapshot.records {
        let is_trader = key.kind == "trader" && family.contains(&key.id);
        let hangs = registers.id("trader").is_some_and(|t| family.contains(&t));
        if (is_trader || hangs) && can_be_erased(&key.kind) {
            if key.kind == "visit" {
                visits.insert(key.id);
            }
            taken.insert(key.clone());
        }
    }
    for (key, registers) in &snapshot.records {
        let hangs = registers.id("visit").is_some_and(|v| visits.contains(&v));
        if hangs && can_be_erased(&key.kind) {
            taken.insert(key.clone());
        }
    }
    taken
}

fn personal_values(key: &RecordKey, registers: &Registers) -> u64 {
    let personal = |field: &&String| kinds::personal(&key.kind, field) != Personal::No;
    let fields = registers.0.keys().filter(personal);
    fields.filter(|f| registers.value(f).is_some()).count() as u64
}

/// Takes the values out of changes that were never accepted: the records that they would make may not exist.
fn redact_waiting(
    desk: &mut Desk<'_>,
    family: &BTreeSet<Uuid>,
    taken: &BTreeSet<RecordKey>,
) -> Result<(u64, BTreeSet<RecordKey>), OfficeError> {
    // Also what amends a record whose creation waits itself: only the creation names the trader.
    let mut waiting = Vec::new();
    for state in [State::HeldBack, State::Discarded, State::Superseded] {
        waiting.extend(desk.store.changes_in_state(state)?);
    }
    let mut hanging = BTreeSet::new();
    // Twice: what names a visit may have come before what says whose visit it is.
    for _ in 0..2 {
        for filed in &waiting {
            let patches = Change::from_bytes(&filed.bytes).map_or(Vec::new(), |c| c.patches);
            let hangs = |patch: &&Patch| {
                let named = |field: &str| patch.value(field).and_then(Value::as_id);
                let visit = named("visit").map(|id| RecordKey::new("visit", id));
                named("trader").is_some_and(|t| family.contains(&t))
                    || visit.is_some_and(|v| hanging.contains(&v) || taken.contains(&v))
            };
            let named = patches.iter().filter(hangs);
            let keys: Vec<RecordKey> = named.map(|p| RecordKey::new(&p.kind, p.id)).collect();
            hanging.extend(keys);
        }
    }
    let mut gone = 0;
    for filed in waiting {
        let Ok(mut change) = Change::from_bytes(&filed.bytes) else {
            continue;
        };
        let names = |patch: &Patch| {
            let key = RecordKey::new(&patch.kind, patch.id);
            hanging.contains(&key) || taken.contains(&key)
        };
        let personal = |patch: &Patch, field: &str| {
            names(patch) && kinds::personal(&patch.kind, field) != Personal::No
        };
        let values = change.patches.iter().flat_map(|patch| {
            let fields = patch.fields.iter();
            fields.filter(|(field, content)| {
                content.value().is_some_and(|v| !v.is_null()) && personal(patch, field)
            })
        });
        gone += values.count() as u64;
        if change.redact(personal) {
            desk.store
                .refile_bytes(filed.name, &filed.hash, &change.to_bytes())?;
        }
    }

    Ok((gone, hanging))
}

fn tablets_pending(
    desk: &mut Desk<'_>,
    markets: &BTreeSet<String>,
    at_ms: i64,
) -> Result<Vec<String>, OfficeError> {
    let mut pending = Vec::new();
    for row in desk.store.enrolments()? {
        if row.revoked_ms.is_some() || row.last_seen_ms > at_ms {
            continue;
        }
        let scope = scope_of(&mut desk.store, &row.people)?;
        if scope.markets.iter().any(|m| markets.contains(m)) {
            pending.push(row.first_device.to_string());
        }
    }
    pending.sort();
    Ok(pending)
}
