//! At the start: what the copy has and the database has lost is put back, said, and counted.

use super::Kept;
use crate::error::Result;
use crate::store::own::{self, OwnState};
use crate::store::work::Work;
use crate::store::{Store, meta, renumber};
use grebeg_core::change::{Change, ChangeName};
use grebeg_core::definition::Definition;
use grebeg_core::id::DeviceId;
use rusqlite::Connection;
use std::collections::BTreeSet;

/// What is missing in a database.
#[derive(Debug, Default, PartialEq)]
struct Lost {
    /// Changes that the copy has, in the order of recording.
    changes: Vec<Change>,
    /// A number was given out that the database knows nothing of, and the copy has no change of it either.
    numbers: bool,
}

impl Store {
    /// Puts back what was lost since, and makes the copy whole. `kept`: what the copy held at this start.
    pub(in crate::store) fn compare(&mut self, kept: &Kept) -> Result<()> {
        let Some(enrolment) = meta::enrolment(&self.conn)? else {
            return Ok(());
        };
        let lost = lost(&self.conn, kept, enrolment.device)?;
        if lost == Lost::default() {
            if is_whole(&self.conn, kept)? {
                self.copy.go_on();
            } else {
                self.copy_anew();
            }
            return Ok(());
        }
        self.work(|work, definition| {
            let said = put_back(work, definition, enrolment.device, &lost)?;
            meta::add_mended(work.conn, &said)
        })?;
        self.copy_anew();
        Ok(())
    }
}

/// Whether the copy can be gone on with: nothing of it is damaged, and nothing that waits is missing in it.
fn is_whole(conn: &Connection, kept: &Kept) -> Result<bool> {
    if kept.is_damaged || kept.identity != meta::identity(conn)? {
        return Ok(false);
    }
    let names: BTreeSet<ChangeName> = kept.changes.iter().map(Change::name).collect();
    let waiting = own::in_state(conn, OwnState::Waiting)?;
    Ok(waiting.iter().all(|own| names.contains(&own.change.name())))
}

fn lost(conn: &Connection, kept: &Kept, device: DeviceId) -> Result<Lost> {
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
    let last = own::last(conn, device)?.map_or(0, |(n, _)| n);
    let found = changes.iter().filter(|change| change.device == device);
    let last = found.map(|change| change.n).max().unwrap_or(0).max(last);
    let numbers = kept.marks.get(&device).is_some_and(|mark| *mark > last);
    Ok(Lost { changes, numbers })
}

/// Files what was lost as waiting: under its own numbers where these follow what is there, and else under those of a new device id,
/// because a number that may be known to the server must not be given out twice. Gives what to say.
fn put_back(
    work: &mut Work<'_>,
    definition: &Definition,
    device: DeviceId,
    lost: &Lost,
) -> Result<String> {
    let count = lost.changes.len();
    let follows = !lost.numbers && follows(work.conn, device, &lost.changes)?;
    if !follows {
        renumber::fork(work, definition, &[])?;
    }
    for change in &lost.changes {
        let change = match follows {
            true => change.clone(),
            false => renumber::next(work.conn, change.clone())?,
        };
        own::insert(work.conn, &change, definition)?;
        raise_stamp(work.conn, &change)?;
        for key in own::touches(&change) {
            work.touch(&key);
        }
    }
    let device = if follows {
        ""
    } else {
        "; the tablet has a new device id"
    };
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
fn follows(conn: &Connection, device: DeviceId, changes: &[Change]) -> Result<bool> {
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

/// The next save comes later than what was put back.
pub(super) fn raise_stamp(conn: &Connection, change: &Change) -> Result<()> {
    let last = meta::stamp(conn)?;
    meta::set_stamp(conn, last.max(change.stamp))
}
