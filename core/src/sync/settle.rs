//! What happens to held-back changes later, and the office's own changes: both enter the order like everything else.

use super::access::{Judgement, Sender, judge, lacks};
use super::acknowledge::{Filing, accept_and_file, describe};
use super::messages::{HeldReason, State};
use super::store::{DeviceRow, Filed, Store};
use crate::change::{Change, ChangeName, Hash, Patch, Salt, Seen};
use crate::id::{CONSOLE, PersonId, accepted_alone};
use crate::planted::{self, Bug};
use crate::register::RecordKey;
use crate::stamp::{Clocks, Stamp};
use uuid::Uuid;

/// Why a held change cannot be accepted.
#[derive(Debug, PartialEq, Eq, Clone)]
pub enum CannotAccept {
    /// It is not held back (any more).
    NotHeld,
    /// Its bytes cannot be read, or its kind is not known to this version.
    NotReadable,
    /// A record is not there on which one of its records hangs, or whose creation it only amends: accepted alone, it would
    /// stand in nobody's market and be shown to all.
    HangsOn(RecordKey),
}

/// Accepts a held change as it is, on a named person's word: a new place in the order, the stamp it has.
pub fn accept_held<S: Store>(
    store: &mut S,
    filed: &Filed,
    by: Option<PersonId>,
    why: &str,
) -> Result<Result<Filed, CannotAccept>, S::Error> {
    if filed.state != State::HeldBack {
        return Ok(Err(CannotAccept::NotHeld));
    }
    let readable = Change::from_bytes(&filed.bytes).ok().filter(|change| {
        change
            .patches
            .iter()
            .all(|p| !p.is_nameless() && crate::kinds::kind(&p.kind).is_some())
    });
    let Some(change) = readable else {
        return Ok(Err(CannotAccept::NotReadable));
    };
    if let Some(key) = lacks(store, &change)? {
        return Ok(Err(CannotAccept::HangsOn(key)));
    }
    carry_in(store, filed, change, by, why).map(Ok)
}

fn carry_in<S: Store>(
    store: &mut S,
    held: &Filed,
    change: Change,
    by: Option<PersonId>,
    why: &str,
) -> Result<Filed, S::Error> {
    if !held.in_chain {
        return carry_in_alone(store, held, change, by, why);
    }
    store.set_waits_for(held, &[])?;
    let twins = twins(store, &change, &held.hash)?;
    let filed = accept_and_file(
        store,
        change,
        held.hash,
        held.given_stamp,
        Filing {
            held: Some(held),
            twins: &twins,
            by,
            why,
            ..Filing::default()
        },
    )?;
    if planted::alive(Bug::ReleasedStaysHeld) {
        let mut held = filed.clone();
        held.state = State::HeldBack;
        store.file(&held, held.received_ms, by, why)?;
    }
    Ok(filed)
}

/// What holds no number in a chain is accepted under a name of its own: another change may have the one that it came with, or
/// get it yet, and a name is one change's. The entry that was held is superseded by it.
fn carry_in_alone<S: Store>(
    store: &mut S,
    held: &Filed,
    mut change: Change,
    by: Option<PersonId>,
    why: &str,
) -> Result<Filed, S::Error> {
    settle_as(store, held, State::Superseded, by, why)?;
    let before = store.device(change.device)?;
    let device = accepted_alone(&held.hash);
    store.add_device(&DeviceRow {
        device,
        enrolment: before.map_or(Uuid::nil(), |row| row.enrolment),
        succeeds: Some(change.device),
    })?;
    (change.device, change.n, change.prev) = (device, 1, None);
    let hash = change.hash();
    let twins = twins(store, &change, &hash)?;
    let filing = Filing {
        twins: &twins,
        by,
        why,
        ..Filing::default()
    };
    accept_and_file(store, change, hash, held.given_stamp, filing)
}

/// Sets a held change aside: it stays on file, it counts nowhere but among what was set aside.
pub fn discard<S: Store>(
    store: &mut S,
    filed: &Filed,
    by: Option<PersonId>,
    why: &str,
) -> Result<Result<Filed, CannotAccept>, S::Error> {
    if filed.state != State::HeldBack {
        return Ok(Err(CannotAccept::NotHeld));
    }
    settle_as(store, filed, State::Discarded, by, why).map(Ok)
}

pub(super) fn settle_as<S: Store>(
    store: &mut S,
    filed: &Filed,
    state: State,
    by: Option<PersonId>,
    why: &str,
) -> Result<Filed, S::Error> {
    store.set_waits_for(filed, &[])?;
    let mut head = store.head()?;
    head.seq += 1;
    store.set_head(&head)?;
    let settled = Filed {
        state,
        settled_seq: head.seq,
        ..filed.clone()
    };
    store.file(&settled, head.last_ms, by, why)?;
    Ok(settled)
}

/// Judges a held change again by itself, after an upgrade or when what it waited for has come.
///
/// `people`: those who share its tablet. Returns whether it was accepted.
pub fn judge_again<S: Store>(
    store: &mut S,
    filed: &Filed,
    people: &[PersonId],
) -> Result<bool, S::Error> {
    let again = [
        HeldReason::UnknownKind,
        HeldReason::DependsOnHeld,
        HeldReason::OutOfScope,
    ];
    if filed.state != State::HeldBack || !filed.reason.is_some_and(|r| again.contains(&r)) {
        return Ok(false);
    }
    let Ok(change) = Change::from_bytes(&filed.bytes) else {
        return Ok(false);
    };
    let enrolment = store
        .device(change.device)?
        .map_or(Uuid::nil(), |row| row.enrolment);
    let sender = Sender {
        enrolment,
        people: people.to_vec(),
        server: false,
        rescue: false,
    };
    let judgement = judge(store, &sender, &change, change.seen)?;
    // What hung on a held record goes with it: whoever accepted that record accepted the place where it is.
    let released = filed.reason == Some(HeldReason::DependsOnHeld)
        && matches!(&judgement, Judgement::Hold { reason: HeldReason::OutOfScope, waits_for } if waits_for.is_empty());
    match judgement {
        _ if released => {
            carry_in(store, filed, change, None, "")?;
            Ok(true)
        }
        Judgement::Hold { reason, waits_for } => {
            if filed.reason != Some(reason) {
                let mut changed = Filed {
                    reason: Some(reason),
                    ..filed.clone()
                };
                describe(store, &mut changed, &change)?;
                let at_ms = store.head()?.last_ms;
                store.file(&changed, at_ms, None, "")?;
            }
            store.set_waits_for(filed, &waits_for)?;
            Ok(false)
        }
        Judgement::Accept => {
            carry_in(store, filed, change, None, "")?;
            Ok(true)
        }
    }
}

/// Releases what waited for records that exist now. Its author was checked when it arrived.
pub(super) fn release_waiting<S: Store>(
    store: &mut S,
    created: &[RecordKey],
) -> Result<(), S::Error> {
    for key in created {
        for filed in store.waiting_for(key)? {
            let author = filed.author.map(|a| vec![a]).unwrap_or_default();
            judge_again(store, &filed, &author)?;
        }
    }
    Ok(())
}

/// The other entries under which this very action stands: those that are not superseded. ARCHITECTURE.md has the rule.
pub(super) fn twins<S: Store>(
    store: &mut S,
    change: &Change,
    hash: &Hash,
) -> Result<Vec<Filed>, S::Error> {
    let Some(patch) = change.patches.first() else {
        return Ok(Vec::new());
    };
    let key = RecordKey::new(&patch.kind, patch.id);
    let mut twins = store.filed_with_content(&change.content_hash(), &key)?;
    let is_one = change.has_content_of_its_own();
    twins.retain(|twin| {
        let is_other = (twin.name, &twin.hash) != (change.name(), hash);
        // Without a salt the same content is another action's as well, but for a number that was a fork's.
        let is_forks =
            twin.state == State::HeldBack && twin.reason == Some(HeldReason::ForkedDevice);
        is_other && twin.state != State::Superseded && (is_one || is_forks)
    });
    Ok(twins)
}

/// What is held back of an action gives way to the entry under which it stands from now on.
pub(super) fn supersede<S: Store>(store: &mut S, twins: &[Filed]) -> Result<(), S::Error> {
    for twin in twins.iter().filter(|twin| twin.state == State::HeldBack) {
        settle_as(store, twin, State::Superseded, None, "")?;
    }
    Ok(())
}

/// A change of the office: the next of the server's own device, stamped with the server's time.
///
/// `salt`: random; it guards personal values in the chain after an erasure.
/// `author`: `None` for the console, whose rights are an admin's. The caller has checked the rights.
pub fn office_change<S: Store>(
    store: &mut S,
    author: Option<PersonId>,
    salt: Salt,
    patches: Vec<Patch>,
) -> Result<Filed, S::Error> {
    let mut head = store.head()?;
    if store.device(head.device)?.is_none() {
        store.add_device(&DeviceRow {
            device: head.device,
            enrolment: Uuid::nil(),
            succeeds: None,
        })?;
    }
    let n = store.high_n(head.device)? + 1;
    let before = store.filed(ChangeName {
        device: head.device,
        n: n - 1,
    })?;
    let before = before.iter().find(|f| f.in_chain);
    let stamp = Stamp::at_ms(head.last_ms).max(before.map_or(Stamp::default(), |f| f.stamp.next()));
    if stamp.ms() > head.last_ms {
        head.last_ms = stamp.ms();
        store.set_head(&head)?;
    }
    let change = Change {
        device: head.device,
        n,
        stamp,
        clocks: Clocks {
            wall_ms: head.last_ms,
            boot: None,
            mono_ms: None,
        },
        author: author.unwrap_or(CONSOLE),
        seen: Some(Seen {
            epoch: head.epoch,
            seq: head.seq,
        }),
        prev: before.map(|f| f.hash),
        salt: Some(salt),
        patches,
    };
    let hash = change.hash();
    accept_and_file(store, change, hash, stamp, Filing::default())
}
