//! A database that cannot be read any more: what can be had of it and of the copy goes into a new one.

use super::read::{Read, read};
use super::refile::{Numbers, raise_stamp, refile};
use super::{Copy, Entry, Kept};
use crate::error::Result;
use crate::home::Home;
use crate::store::own::{self, OwnChange, OwnState};
use crate::store::pin::{self, PinRow};
use crate::store::{Store, meta, renumber};
use grebeg_core::change::Change;
use grebeg_core::id::PersonId;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What was done.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Salvaged {
    /// The file as which the damaged one was set aside, where there was one.
    pub aside: Option<String>,
    /// Changes that wait to be sent, in all, and those of them that only one of the two files had.
    pub waiting: usize,
    pub only_copy: usize,
    pub only_database: usize,
    /// Changes that the server has, for this tablet's own books.
    pub known: usize,
    /// Whether the tablet is still enrolled.
    pub enrolled: bool,
}

impl Salvaged {
    /// What became of the damaged database, and what to do next; in English, for whoever helps.
    pub fn in_words(&self) -> Vec<String> {
        let aside = match &self.aside {
            Some(name) => format!("it was set aside as {name}; nothing of it was deleted"),
            None => "nothing of it is left that could be set aside".to_owned(),
        };
        let back = format!(
            "changes that the server has not yet: {} brought back, of which {} were only in the sealed copy and {} only in the \
             damaged database",
            self.waiting, self.only_copy, self.only_database
        );
        let next = match self.enrolled {
            true => {
                "the tablet goes on under a new device id: run `tablet sync` to send them and to fetch the markets again"
            }
            false => {
                "get a new code and run `tablet enrol` to send them and to fill the tablet again"
            }
        };
        vec![aside, back, next.to_owned()]
    }
}

/// Begins a new database in a folder whose old one is damaged or gone. The old one is set aside, and nothing of it is deleted.
/// `damage`: what was found, for the tablet's own notes.
///
/// Errors: `key_missing`, `home_busy`, and those of the disk; then nothing was changed, and it can be tried again.
pub fn begin_anew(folder: &Path, damage: &str) -> Result<Salvaged> {
    let home = Home::open(folder)?;
    let key = home.key()?;
    home.release_reserve();
    let (mut copy, kept) = Copy::open(&home, &key);
    let read = read(&home, &key);
    let found = Found::of(kept, read);
    // What is in neither file afterwards would be gone if this were broken off.
    if found.copy_is_damaged {
        home.keep_damaged_copy();
    }
    copy.rewrite(&found.entries())?;
    let aside = home.set_aside()?;
    drop(home);
    let mut store = Store::open_anew(folder)?;
    found.fill(&mut store)?;
    let salvaged = Salvaged {
        aside: aside.map(|path| name_of(&path)),
        waiting: found.waiting.len(),
        only_copy: found.only_copy,
        only_database: found.only_database,
        known: found.known.len(),
        enrolled: meta::enrolment(&store.conn)?.is_some(),
    };
    let note = format!(
        "the database was damaged ({damage}): {}",
        salvaged.in_words().join("; ")
    );
    store.transaction(|tx| meta::add_mended(tx, &note, salvaged.waiting))?;
    store.copy_anew();
    store.home.keep_reserve();
    Ok(salvaged)
}

fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// What both files gave.
#[derive(Debug, Default)]
struct Found {
    identity: Vec<(String, Vec<u8>)>,
    marks: Vec<Entry>,
    pins: BTreeMap<PersonId, PinRow>,
    waiting: Vec<Change>,
    known: Vec<OwnChange>,
    only_copy: usize,
    only_database: usize,
    copy_is_damaged: bool,
}

impl Found {
    fn of(kept: Kept, read: Read) -> Self {
        let (waiting, known): (Vec<_>, Vec<_>) = read
            .own
            .into_iter()
            .partition(|own| own.state == OwnState::Waiting);
        let content = |change: &Change| change.content_hash();
        let in_database: BTreeSet<_> = waiting.iter().map(|own| content(&own.change)).collect();
        let answered: BTreeSet<_> = known.iter().map(|own| content(&own.change)).collect();
        let in_copy: BTreeSet<_> = kept.changes.iter().map(content).collect();
        let mut found = Self {
            // An identity of the copy is whole; one of the database may lack a row.
            identity: if kept.identity.is_empty() {
                read.identity
            } else {
                kept.identity
            },
            marks: kept
                .marks
                .iter()
                .map(|(&device, &n)| Entry::Mark { device, n })
                .collect(),
            known,
            pins: read.pins.into_iter().collect(),
            copy_is_damaged: kept.is_damaged,
            ..Self::default()
        };
        // Those of the copy are at least as new.
        found.pins.extend(kept.pins);
        let mut all = kept.changes;
        all.retain(|change| !answered.contains(&content(change)));
        found.only_copy = all
            .iter()
            .filter(|c| !in_database.contains(&content(c)))
            .count();
        let more = waiting.into_iter().map(|own| own.change);
        let more: Vec<_> = more
            .filter(|change| !in_copy.contains(&content(change)))
            .collect();
        found.only_database = more.len();
        all.extend(more);
        all.sort_by_key(|change| (change.stamp, change.n));
        found.waiting = all;
        found
    }

    fn entries(&self) -> Vec<Entry> {
        let mut entries = vec![Entry::Identity(self.identity.clone())];
        entries.extend(self.marks.iter().cloned());
        let pins = self.pins.iter();
        entries.extend(pins.map(|(person, pin)| Entry::Pin(*person, Some(pin.clone()))));
        entries.extend(self.waiting.iter().cloned().map(Entry::Change));
        entries
    }

    /// Files all of it; what waits gets the numbers of a new device id.
    fn fill(&self, store: &mut Store) -> Result<()> {
        store.work(|work, definition| {
            meta::set_identity(work.conn, &self.identity)?;
            for own in &self.known {
                let change = &own.change;
                own::insert_as(
                    work.conn,
                    change,
                    definition,
                    own.state,
                    own.reason.as_deref(),
                )?;
                raise_stamp(work.conn, change)?;
            }
            let locked = meta::flag(work.conn, "revoked")?;
            for (person, pin) in self.pins.iter().filter(|_| !locked) {
                pin::put(work.conn, *person, pin)?;
            }
            if meta::enrolment(work.conn)?.is_some() && !locked {
                renumber::fork(work, definition, renumber::new_device()?, &[])?;
            }
            // A locked tablet gets no new device id: what it holds is handed in as it is.
            let numbers = if locked { Numbers::Own } else { Numbers::Next };
            refile(work, definition, &self.waiting, numbers)
        })
    }
}
