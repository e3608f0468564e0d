//! A database that cannot be read any more: what can be had of it and of the copy goes into a new one.
//!
//! Under encryption a connection is of no use after the first damaged page. So each change is read by its own key, and after
//! each failure the file is opened again.

use super::compare::raise_stamp;
use super::{Copy, Entry, Kept};
use crate::error::{Result, file_failed};
use crate::home::{Home, SCRATCH, sibling};
use crate::store::own::{self, OwnChange, OwnState};
use crate::store::pin::{self, PinRow};
use crate::store::{Store, meta, open, renumber};
use grebeg_core::change::Change;
use grebeg_core::id::PersonId;
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Where the keys of a table end is not known when its last page is damaged: after so many in a row that cannot be read
/// there are no more.
const MISSES_MAX: i64 = 2_000;

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
    store.transaction(|tx| meta::add_mended(tx, &note))?;
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
                renumber::fork(work, definition, &[])?;
            }
            for change in &self.waiting {
                let change = match locked {
                    true => change.clone(),
                    false => renumber::next(work.conn, change.clone())?,
                };
                own::insert(work.conn, &change, definition)?;
                raise_stamp(work.conn, &change)?;
                for key in own::touches(&change) {
                    work.touch(&key);
                }
            }
            Ok(())
        })
    }
}

/// What a damaged database still gave.
#[derive(Debug, Default)]
struct Read {
    identity: Vec<(String, Vec<u8>)>,
    own: Vec<OwnChange>,
    pins: Vec<(PersonId, PinRow)>,
}

/// Reads a second file with the same content, so that opening does not change the damaged one.
fn read(home: &Home, key: &[u8; 32]) -> Read {
    let Ok(file) = Scratch::of(&home.database()) else {
        return Read::default();
    };
    let mut reader = Reader {
        path: &file.0,
        key,
        conn: None,
    };
    let identity = meta::IDENTITY.iter().filter_map(|row| {
        let value = reader.ask(|conn| meta::get(conn, row)).flatten()?;
        Some(((*row).to_owned(), value))
    });
    let identity = identity.collect();
    let pins = reader.ask(pin::all).unwrap_or_default();
    let last = reader.ask(own::last_key);
    let mut own = Vec::new();
    let (mut key, mut misses) = (0, 0);
    while last.map_or(misses < MISSES_MAX, |last| key < last) {
        key += 1;
        misses += 1;
        if let Some(Some(change)) = reader.ask(|conn| own::by_key(conn, key)) {
            own.push(change);
            misses = 0;
        }
    }
    Read {
        identity,
        own,
        pins,
    }
}

struct Reader<'p> {
    path: &'p Path,
    key: &'p [u8; 32],
    conn: Option<Connection>,
}

impl Reader<'_> {
    /// The answer, or `None` where the pages that it needs are damaged.
    fn ask<T>(&mut self, question: impl Fn(&Connection) -> Result<T>) -> Option<T> {
        let conn = match self.conn.take() {
            Some(conn) => conn,
            None => open::unchecked(self.path, self.key).ok()?,
        };
        let answer = question(&conn).ok()?;
        self.conn = Some(conn);
        Some(answer)
    }
}

/// A second file with a database's content, with its WAL; it is deleted at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn of(database: &Path) -> Result<Self> {
        let failed = || file_failed("the damaged database could not be copied");
        let scratch = Self(database.with_extension(SCRATCH));
        std::fs::copy(database, &scratch.0).map_err(failed())?;
        let wal = sibling(database, "-wal");
        if wal.exists() {
            std::fs::copy(&wal, sibling(&scratch.0, "-wal")).map_err(failed())?;
        }
        Ok(scratch)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        for end in ["", "-wal", "-shm"] {
            // One that is not there needs no deleting.
            drop(std::fs::remove_file(sibling(&self.0, end)));
        }
    }
}
