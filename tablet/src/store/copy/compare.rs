//! At the start: what the copy has and the database has lost is put back, said, and counted.

use super::refile::{Numbers, refile};
use super::{Kept, pins};
use crate::error::{Result, TabletError};
use crate::store::meta::Enrolment;
use crate::store::own::{self, OwnState};
use crate::store::work::Work;
use crate::store::{Store, meta, pin, renumber};
use grebeg_core::change::Change;
use grebeg_core::definition::Definition;
use grebeg_core::id::DeviceId;
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};

/// What is missing in a database.
#[derive(Debug, Default, PartialEq)]
struct Lost {
    /// Changes that the copy has, in the order of recording.
    changes: Vec<Change>,
    /// A number was given out that the database knows nothing of, and the copy has no change of it either.
    numbers: bool,
    /// The tablet has had another device id since: the identity that the copy has.
    identity: Option<Identity>,
}

type Identity = Vec<(String, Vec<u8>)>;

impl Store {
    /// Puts back what was lost since, and makes the copy whole. `kept`: what the copy held at this start.
    ///
    /// Errors: `store_damaged` for a database that does not know whose it is while the copy does.
    pub(in crate::store) fn compare(&mut self, kept: &Kept) -> Result<()> {
        let Some(enrolment) = meta::enrolment(&self.conn)? else {
            return knows_nothing_less(&self.conn, kept);
        };
        let lost = lost(&self.conn, kept, enrolment.device)?;
        let pins = pins::missing(&self.conn, kept)?;
        if lost == Lost::default() && pins.is_empty() {
            if is_whole(&self.conn, kept)? {
                self.copy.go_on();
            } else {
                self.copy_anew();
            }
            return Ok(());
        }
        self.work(|work, definition| {
            for (person, pin) in &pins {
                pin::put(work.conn, *person, pin)?;
            }
            if lost == Lost::default() {
                return Ok(());
            }
            let said = put_back(work, definition, &lost)?;
            meta::add_mended(work.conn, &said, lost.changes.len())
        })?;
        self.copy_anew();
        Ok(())
    }
}

/// A new database that a repair had not filled when it was broken off, or one that has lost its enrolment with its WAL, is not
/// one to enrol anew: the copy would be written over. One that a repair could not give an enrolment has all there was.
fn knows_nothing_less(conn: &Connection, kept: &Kept) -> Result<()> {
    let all = own::all(conn)?;
    let there: BTreeSet<_> = all.iter().map(|own| own.change.content_hash()).collect();
    let has_all = (kept.changes.iter()).all(|change| there.contains(&change.content_hash()));
    if kept.identity.is_empty() && has_all {
        return Ok(());
    }
    let words = "it does not know whose tablet this is";
    Err(TabletError::Damaged(words.into()))
}

/// Whether the copy can be gone on with: nothing of it is damaged, and it holds what waits and no more, so that nothing stays
/// in it of what an erasure took.
fn is_whole(conn: &Connection, kept: &Kept) -> Result<bool> {
    if kept.is_damaged || kept.identity != meta::identity(conn)? {
        return Ok(false);
    }
    let pins: BTreeMap<_, _> = pin::all(conn)?.into_iter().collect();
    let waiting = own::in_state(conn, OwnState::Waiting)?;
    Ok(pins == kept.pins && waiting.iter().map(|own| &own.change).eq(&kept.changes))
}

fn lost(conn: &Connection, kept: &Kept, device: DeviceId) -> Result<Lost> {
    // Nothing is saved on a locked tablet: what its copy has more was handed in since.
    if meta::flag(conn, "revoked")? {
        return Ok(Lost::default());
    }
    let mut changes = Vec::new();
    for change in &kept.changes {
        if own::find(conn, change.name())?.is_none() {
            changes.push(change.clone());
        }
    }
    if !changes.is_empty() {
        // What was numbered anew since is there under another name.
        let all = own::all(conn)?;
        let there: BTreeSet<_> = all.iter().map(|own| own.change.content_hash()).collect();
        changes.retain(|change| !there.contains(&change.content_hash()));
    }
    let is_later = meta::turn(&kept.identity) > meta::turn(&meta::identity(conn)?);
    let last = own::last(conn, device)?.map_or(0, |(n, _)| n);
    let found = changes.iter().filter(|change| change.device == device);
    let last = found.map(|change| change.n).max().unwrap_or(0).max(last);
    let numbers = kept.marks.get(&device).is_some_and(|mark| *mark > last);
    Ok(Lost {
        changes,
        numbers,
        identity: is_later.then(|| kept.identity.clone()),
    })
}

/// Files what was lost as waiting: under its own numbers where these follow what is there, and else under those of a new device id,
/// because a number that may be known to the server must not be given out twice. Gives what to say.
fn put_back(work: &mut Work<'_>, definition: &Definition, lost: &Lost) -> Result<String> {
    let count = lost.changes.len();
    if let Some(identity) = &lost.identity {
        meta::set_identity(work.conn, identity)?;
    }
    let follows = lost.identity.is_none() && !lost.numbers && follows(work.conn, &lost.changes)?;
    let (numbers, device) = match follows {
        true => (Numbers::Own, ""),
        false => (Numbers::Next, "; the tablet has a new device id"),
    };
    if !follows {
        renumber::fork(work, definition, renumber::new_device()?, &[])?;
    }
    refile(work, definition, &lost.changes, numbers)?;
    Ok(match count {
        0 => format!("the database had lost changes that were sent already{device}"),
        1 => {
            format!("the database had lost a change; it was put back from the sealed copy{device}")
        }
        _ => format!(
            "the database had lost {count} changes; they were put back from the sealed copy{device}"
        ),
    })
}

/// Whether changes go on where the database ends.
fn follows(conn: &Connection, changes: &[Change]) -> Result<bool> {
    let Some(Enrolment { device, .. }) = meta::enrolment(conn)? else {
        return Ok(false);
    };
    let (mut n, mut hash) = match own::last(conn, device)? {
        Some((n, hash)) => (n, Some(hash)),
        None => (0, meta::chain_start(conn)?),
    };
    for change in changes {
        if change.device != device || change.n != n + 1 || change.prev != hash {
            return Ok(false);
        }
        (n, hash) = (change.n, Some(change.hash()));
    }
    Ok(true)
}
