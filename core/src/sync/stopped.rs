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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{DeviceId, PersonId};
    use crate::stamp::{Clocks, Stamp};
    use uuid::Uuid;

    fn change(n: u64, kind: &str, number: u128, field: &str, value: Value) -> Change {
        Change {
            device: DeviceId(Uuid::from_u128(31)),
            n,
            stamp: Stamp::default(),
            clocks: Clocks::default(),
            author: PersonId(Uuid::from_u128(11)),
            seen: None,
            prev: None,
            salt: None,
            patches: vec![Patch::new(kind, Uuid::from_u128(number), [(field, value)])],
        }
    }

    #[test]
    fn of_what_was_sent_it_keeps_what_says_whose_the_record_is_that_waits() {
        let of = |number: u128| Value::id(Uuid::from_u128(number));
        let sent = [
            change(1, "visit", 501, "trader", of(21)),
            change(2, "visit", 501, "note", "tutup".into()),
            change(3, "photo", 601, "visit", of(501)),
            change(4, "visit", 502, "trader", of(22)),
        ];
        for (waiting, needed_n) in [
            (change(5, "visit", 501, "outcome", "tutup".into()), &[1][..]),
            (change(5, "photo", 601, "caption", "lapak".into()), &[3]),
            (change(5, "trader", 21, "stall", "B-1".into()), &[]),
            // It says so itself.
            (change(5, "visit", 502, "trader", of(22)), &[]),
            // Another kind's record of the same id.
            (change(5, "step", 501, "state", "selesai".into()), &[]),
        ] {
            let kept = needed([&waiting].into_iter(), sent.iter());
            let kept: Vec<u64> = kept.into_iter().map(|name| name.n).collect();
            assert_eq!(kept, needed_n, "{waiting:?}");
        }
    }
}
