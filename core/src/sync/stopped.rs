//! What a stopped tablet keeps besides what it had not sent: whose the records are that this amends.
//!
//! A correction of a visit does not name the trader; only the visit's creation does. A server that was restored may have lost
//! that, and could then not know that the correction is about somebody who is erased.

use crate::change::{Change, ChangeName, Patch};
use crate::kinds::{self, Personal};
use crate::register::RecordKey;
use crate::value::Value;
use std::collections::BTreeSet;

/// Of `sent`, the changes that say to whom the records belong that `waiting` amends.
pub fn needed<'c>(
    waiting: impl Iterator<Item = &'c Change>,
    sent: impl Iterator<Item = &'c Change>,
) -> BTreeSet<ChangeName> {
    let patches = waiting.flat_map(|change| &change.patches);
    let amended: BTreeSet<RecordKey> = patches.filter(|p| !names_owner(p)).map(key).collect();
    let says = |change: &&Change| {
        let patches = change.patches.iter();
        patches
            .filter(|p| names_owner(p))
            .any(|p| amended.contains(&key(p)))
    };
    sent.filter(says).map(Change::name).collect()
}

/// Leaves of a change what names nobody.
pub fn without_values(change: &mut Change) {
    change.redact(|patch, field| kinds::personal(&patch.kind, field) != Personal::No);
}

fn key(patch: &Patch) -> RecordKey {
    RecordKey::new(&patch.kind, patch.id)
}

fn names_owner(patch: &Patch) -> bool {
    let id = |field| patch.value(field).and_then(Value::as_id);
    id("trader").or_else(|| id("visit")).is_some()
}
