//! The sealed copy: a second file beside the database with each change that was not sent yet.
//!
//! SQLite opens a database whose newest commits are gone and calls it whole. So every change is also appended to this file,
//! and is on the disk there too, before its save answers. What the file has and the database has not was lost, and is put
//! back at the next start (`compare`); a database that cannot be read any more begins anew from it (`salvage`). After each sync
//! the file is written anew with what still waits, so that it neither grows nor keeps what an erasure took.
//!
//! Beside it lies a second file with the same bytes. No save waits until that one is on the disk: power is cut at one moment, and
//! then the first one is whole; a bad disk takes its time, and then both are there.

mod compare;
mod entry;
pub(in crate::store) mod frame;
mod pins;
mod read;
mod refile;
pub mod salvage;

pub use entry::Entry;

use super::own::{self, OwnState};
use super::pin::{self, PinRow};
use super::{Store, meta};
use crate::error::{Result, file_failed};
use crate::home::{Home, create_private};
use frame::Seal;
use grebeg_core::change::{Change, ChangeName};
use grebeg_core::id::{DeviceId, PersonId};
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

/// The open files.
#[derive(Debug)]
pub struct Copy {
    path: PathBuf,
    second_path: PathBuf,
    seal: Seal,
    /// Where the next entry goes; `None`: the file has to be written anew first, because something is missing in it.
    end: Option<File>,
    /// The same of the second file.
    second_end: Option<File>,
}

/// What the file told.
#[derive(Debug, Default, PartialEq)]
pub struct Kept {
    /// The newest identity.
    pub identity: Vec<(String, Vec<u8>)>,
    /// The highest number of each device id.
    pub marks: BTreeMap<DeviceId, u64>,
    /// In the order of recording, each once.
    pub changes: Vec<Change>,
    names: BTreeSet<ChangeName>,
    /// The newest of each person.
    pub pins: BTreeMap<PersonId, PinRow>,
    /// Whether parts of it could not be read, or the two files differ.
    pub is_damaged: bool,
}

impl Copy {
    /// Reads what is there; a file that is missing or cannot be read holds nothing.
    pub fn open(home: &Home, key: &[u8; 32]) -> (Self, Kept) {
        let copy = Self {
            path: home.copy(),
            second_path: home.second_copy(),
            seal: Seal::new(key),
            end: None,
            second_end: None,
        };
        let kept = copy.read();
        (copy, kept)
    }

    fn read(&self) -> Kept {
        let (first, second) = (read_file(&self.path), read_file(&self.second_path));
        let frames = self.seal.open(first.as_deref().unwrap_or_default());
        let mut kept = Kept {
            is_damaged: frames.lost_bytes > 0 || first != second,
            ..Kept::default()
        };
        // The second one may be older: it is asked for what the first one lacks only.
        if frames.lost_bytes > 0 || first.is_none() {
            let frames = self.seal.open(second.as_deref().unwrap_or_default());
            kept.take_all(&frames.contents);
        }
        let is_joined = !kept.changes.is_empty();
        kept.take_all(&frames.contents);
        if is_joined {
            kept.changes.sort_by_key(|change| (change.stamp, change.n));
        }
        kept
    }

    /// Goes on behind what is there.
    fn go_on(&mut self) {
        let open = |path| OpenOptions::new().append(true).open(path).ok();
        self.end = open(&self.path);
        self.second_end = open(&self.second_path);
    }

    /// Adds entries; they are on the disk when this returns. Errors: those of the disk, after which the file is written anew.
    fn append(&mut self, entries: &[Entry]) -> Result<()> {
        let failed = || file_failed("the sealed copy could not be written");
        let bytes = self.sealed(entries)?;
        let Some(mut file) = self.end.take() else {
            return Err(failed()(std::io::Error::other("it has to be written anew")));
        };
        file.write_all(&bytes).map_err(failed())?;
        file.sync_data().map_err(failed())?;
        self.end = Some(file);
        // Where it fails the two differ, and the next start writes both anew.
        let written = self.second_end.as_mut().map(|file| file.write_all(&bytes));
        if !matches!(written, Some(Ok(()))) {
            self.second_end = None;
        }
        Ok(())
    }

    /// Writes the file anew beside the old one, which it replaces when it is on the disk.
    fn rewrite(&mut self, entries: &[Entry]) -> Result<()> {
        let failed = || file_failed("the sealed copy could not be written");
        let bytes = self.sealed(entries)?;
        self.end = None;
        write_beside(&self.path, &bytes, File::sync_all).map_err(failed())?;
        if let Some(folder) = self.path.parent().and_then(|p| File::open(p).ok()) {
            // Some file systems have no sync of folders; the file itself is synced.
            drop(folder.sync_all());
        }
        if write_beside(&self.second_path, &bytes, |_| Ok(())).is_err() {
            // Nothing is better than what may be old.
            drop(std::fs::remove_file(&self.second_path));
        }
        self.go_on();
        Ok(())
    }

    fn sealed(&self, entries: &[Entry]) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        for entry in entries {
            self.seal.frame(&entry.to_bytes(), &mut bytes)?;
        }
        Ok(bytes)
    }
}

/// `None`: there is none, or none that can be read.
fn read_file(path: &Path) -> Option<Vec<u8>> {
    std::fs::read(path).ok()
}

/// Writes a file beside the old one, which it replaces when it is whole. `sync` sees to it that it is on the disk first.
fn write_beside(
    path: &Path,
    bytes: &[u8],
    sync: impl Fn(&File) -> std::io::Result<()>,
) -> std::io::Result<()> {
    let part = path.with_extension("part");
    let write = || {
        let mut file = create_private(&part)?;
        file.write_all(bytes)?;
        sync(&file)?;
        std::fs::rename(&part, path)
    };
    write().inspect_err(|_| {
        // On a full disk even half of it is room that somebody needs.
        drop(std::fs::remove_file(&part));
    })
}

impl Kept {
    fn take_all(&mut self, contents: &[Vec<u8>]) {
        for content in contents {
            match Entry::from_bytes(content) {
                Ok(entry) => self.take(entry),
                Err(_) => self.is_damaged = true,
            }
        }
    }

    fn take(&mut self, entry: Entry) {
        match entry {
            Entry::Identity(rows) => self.identity = rows,
            Entry::Mark { device, n } => self.raise(device, n),
            Entry::Change(change) => {
                self.raise(change.device, change.n);
                if self.names.insert(change.name()) {
                    self.changes.push(change);
                }
            }
            Entry::Pin(person, Some(pin)) => drop(self.pins.insert(person, pin)),
            Entry::Pin(person, None) => drop(self.pins.remove(&person)),
        }
    }

    fn raise(&mut self, device: DeviceId, n: u64) {
        let mark = self.marks.entry(device).or_default();
        *mark = n.max(*mark);
    }
}

impl Store {
    /// Copies a change that was just committed. A copy that cannot be written takes nothing back: the change is saved; the copy
    /// is written anew with the next one.
    pub fn copy_change(&mut self, change: &Change) {
        self.copy_entry(Entry::Change(change.clone()));
    }

    fn copy_entry(&mut self, entry: Entry) {
        if self.copy.append(&[entry]).is_err() {
            self.copy_anew();
        }
    }

    /// Writes the copy anew, as the database is now.
    pub fn copy_anew(&mut self) {
        let Ok(entries) = entries(&self.conn) else {
            return;
        };
        if self.copy.rewrite(&entries).is_err() && self.home.release_reserve() {
            drop(self.copy.rewrite(&entries));
        }
    }
}

/// What the copy holds of a database. A tablet that is not enrolled has nothing to copy.
fn entries(conn: &Connection) -> Result<Vec<Entry>> {
    let mut entries = vec![Entry::Identity(meta::identity(conn)?)];
    if let Some(enrolment) = meta::enrolment(conn)?
        && let Some((n, _)) = own::last(conn, enrolment.device)?
    {
        let device = enrolment.device;
        entries.push(Entry::Mark { device, n });
    }
    let pins = pin::all(conn)?.into_iter();
    entries.extend(pins.map(|(person, pin)| Entry::Pin(person, Some(pin))));
    let waiting = own::in_state(conn, OwnState::Waiting)?;
    entries.extend(waiting.into_iter().map(|own| Entry::Change(own.change)));
    Ok(entries)
}
