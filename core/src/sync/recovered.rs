//! After a restore from an older backup: what a tablet holds of others that the server has lost, offered back.
//!
//! The tablet keeps what a fill in a new epoch would take away from it ([`lost_in`]) and sends it as changes under the names
//! that the writes had. The server holds back what it truly lacks as `recovered`, for one press by an admin; when the
//! change itself arrives from its own tablet, the recovered copy is superseded.

use super::acknowledge::{Moment, file_recovered};
use super::messages::{HeldReason, State};
use super::settle::settle_as;
use super::store::{Filed, Store};
use crate::change::{Change, ChangeName, Content, Patch};
use crate::kinds::{self, MergeRule, Personal};
use crate::limits;
use crate::merge::ERASED;
use crate::register::{RecordKey, Register, Registers};
use crate::stamp::{Clocks, Stamp};
use std::collections::{BTreeMap, BTreeSet};

/// Writes of others, put back into the changes they came with, as far as they were seen.
#[derive(Debug, Default)]
pub struct Lost(BTreeMap<(Stamp, ChangeName), Change>);

impl Lost {
    /// Adds what `held` has and `now` lacks or has older. `own`: whether a change is the tablet's own, which it sends anyway.
    pub fn add(
        &mut self,
        key: &RecordKey,
        held: &Registers,
        now: Option<&Registers>,
        own: impl Fn(ChangeName) -> bool,
    ) {
        for (field, register) in &held.0 {
            let origin = register.origin;
            let name = ChangeName {
                device: origin.device,
                n: origin.n,
            };
            if now.is_some_and(|now| holds(now, field, register)) || own(name) {
                continue;
            }
            let change = self
                .0
                .entry((origin.stamp, name))
                .or_insert_with(|| Change {
                    device: origin.device,
                    n: origin.n,
                    stamp: origin.stamp,
                    clocks: Clocks {
                        wall_ms: origin.stamp.ms(),
                        ..Clocks::default()
                    },
                    author: origin.author,
                    seen: None,
                    prev: None,
                    salt: None,
                    patches: Vec::new(),
                });
            let content = Content::Value(register.value.clone());
            let place = change
                .patches
                .iter_mut()
                .find(|p| p.kind == key.kind && p.id == key.id);
            match place {
                Some(patch) => {
                    patch.fields.insert(field.clone(), content);
                }
                None => {
                    let mut patch = Patch::new(&key.kind, key.id, []);
                    patch.fields.insert(field.clone(), content);
                    change.patches.push(patch);
                }
            }
        }
    }

    /// The changes in the order of their stamps.
    pub fn into_changes(self) -> Vec<Change> {
        self.0.into_values().collect()
    }
}

/// Whether `now` has this write or one that holds over it.
fn holds(now: &Registers, field: &str, register: &Register) -> bool {
    let at = |r: &Register| (r.origin.stamp, r.origin.device);
    now.0
        .get(field)
        .is_some_and(|known| at(known) >= at(register) || known.value == register.value)
}

/// Holds back what the server lacks of the offered changes; what it has is left out without a word.
pub fn take_recovered<S: Store>(
    store: &mut S,
    moment: Moment,
    offered: &[Change],
) -> Result<u64, S::Error> {
    let mut taken = 0;
    for change in offered {
        if let Some(lacking) = lacking(store, change)?
            && store
                .filed(change.name())?
                .iter()
                .all(|f| f.hash != lacking.hash())
        {
            file_recovered(store, moment, lacking)?;
            taken += 1;
        }
    }
    Ok(taken)
}

/// The part of a change that is not here; `None` where nothing is left of it, or it cannot be one of ours.
fn lacking<S: Store>(store: &mut S, change: &Change) -> Result<Option<Change>, S::Error> {
    let is_possible = change.patches.len() <= limits::CHANGE_PATCHES_MAX
        && change.stamp.ms() <= store.head()?.last_ms
        && change.patches.iter().all(|p| {
            let spec = kinds::kind(&p.kind);
            let fits = |field: &String, content: &Content| {
                let value = content.value();
                field.len() <= limits::TEXT_CHARS_MAX
                    && value.is_none_or(|v| {
                        kinds::check_field(field, spec.and_then(|s| s.field(field)), v).is_ok()
                    })
            };
            spec.is_some() && !p.is_nameless() && p.fields.iter().all(|(f, c)| fits(f, c))
        });
    if !is_possible {
        return Ok(None);
    }
    let mut lacking = change.clone();
    for patch in &mut lacking.patches {
        let Some(stored) = store.record(&RecordKey::new(&patch.kind, patch.id))? else {
            continue;
        };
        let origin = (change.stamp, change.device);
        let erased = stored.registers.flag(ERASED);
        patch.fields.retain(|field, content| {
            let once = kinds::kind(&patch.kind)
                .and_then(|k| k.field(field))
                .is_some_and(|f| f.merge == MergeRule::Once);
            if erased && kinds::personal(&patch.kind, field) != Personal::No {
                return false;
            }
            let known = stored.registers.0.get(field);
            let is_later = |r: &Register| (r.origin.stamp, r.origin.device) < origin;
            known.is_none_or(|r| !once && is_later(r) && content.value() != Some(&r.value))
        });
    }
    lacking.patches.retain(|patch| !patch.fields.is_empty());
    Ok((!lacking.patches.is_empty()).then_some(lacking))
}

/// The change itself has come whole from its own tablet, or all that others had seen of it has come under another name: what was
/// offered back of it is no longer needed.
pub(super) fn supersede_recovered<S: Store>(
    store: &mut S,
    arrived: &Filed,
) -> Result<(), S::Error> {
    if store.past_epochs()?.is_empty() {
        return Ok(());
    }
    let mut offered = store.filed(arrived.name)?;
    for key in &arrived.touches {
        let touching = store.changes_touching(key)?;
        offered.extend(touching.into_iter().filter(|f| f.name != arrived.name));
    }
    // A tablet that was stopped has kept some without their values.
    let is_bare = Change::from_bytes(&arrived.bytes).is_ok_and(|change| {
        let mut contents = change.patches.iter().flat_map(|p| p.fields.values());
        contents.any(|content| matches!(content, Content::Commitment(_)))
    });
    let mut done = BTreeSet::new();
    for twin in offered {
        let is_open = twin.reason == Some(HeldReason::Recovered) && twin.state == State::HeldBack;
        if !is_open || !done.insert((twin.name, twin.hash)) {
            continue;
        }
        let change = Change::from_bytes(&twin.bytes).ok();
        let itself = !is_bare && twin.name == arrived.name && twin.hash != arrived.hash;
        let needed = match change.filter(|_| !itself) {
            Some(change) => lacking(store, &change)?.is_some(),
            None => !itself,
        };
        if !needed {
            settle_as(store, &twin, State::Superseded, None, "")?;
        }
    }
    Ok(())
}
