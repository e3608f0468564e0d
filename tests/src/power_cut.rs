//! A folder as a power cut would leave it: what was synced is there, of the rest nothing or anything.
//!
//! Names of files are lost and kept like bytes: a file that was made, renamed or deleted is so for sure only when its folder was
//! synced afterwards. Of what was not synced a cut keeps the first so many steps of the folder, and any of the writes, some of them
//! torn between two sectors.

use crate::chance::Chance;
use crate::trace::{Event, What};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const SECTOR: usize = 512;

/// Which of the unsynced writes a cut keeps.
#[derive(Debug)]
pub enum Keeps<'c> {
    None,
    Some(&'c mut Chance),
}

/// The disk under a folder.
#[derive(Debug, Default)]
pub struct Disk {
    folder: PathBuf,
    files: Vec<File>,
    /// Names as the programs see them, and as they are on the disk.
    seen: BTreeMap<PathBuf, usize>,
    synced: BTreeMap<PathBuf, usize>,
    steps: Vec<(usize, Step)>,
}

#[derive(Debug, Default)]
struct File {
    synced: Vec<u8>,
    writes: Vec<(usize, Write)>,
    /// How long it is for the programs.
    length: usize,
}

#[derive(Debug, Clone)]
enum Write {
    At(usize, Vec<u8>),
    Truncate(usize),
}

#[derive(Debug, Clone)]
enum Step {
    Link(PathBuf, usize),
    Unlink(PathBuf),
}

impl Disk {
    /// A folder of which all is on the disk.
    pub fn of(folder: &Path) -> Self {
        let mut disk = Self {
            folder: folder.to_owned(),
            ..Self::default()
        };
        disk.take_in(folder);
        disk.synced = disk.seen.clone();
        disk
    }

    fn take_in(&mut self, folder: &Path) {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                self.take_in(&path);
            } else if self.is_kept(&path) {
                let synced = std::fs::read(&path).expect("a file can be read");
                let length = synced.len();
                self.seen.insert(path, self.files.len());
                self.files.push(File {
                    synced,
                    length,
                    writes: Vec::new(),
                });
            }
        }
    }

    /// Memory that programs share, and room that is kept free, hold nothing.
    fn is_kept(&self, path: &Path) -> bool {
        let name = path.to_string_lossy();
        path.starts_with(&self.folder) && !name.ends_with("-shm") && !name.ends_with("reserve.bin")
    }

    /// Another trace begins, whose lines are numbered from 1 again: everything so far came before it.
    pub fn begin_trace(&mut self) {
        let writes = self.files.iter_mut().flat_map(|file| &mut file.writes);
        writes.for_each(|(ended, _)| *ended = 0);
        self.steps.iter_mut().for_each(|(ended, _)| *ended = 0);
    }

    /// What happened next. Whether a cut after it differs from one before it, where nothing unsynced is kept.
    pub fn take(&mut self, event: &Event) -> bool {
        match &event.what {
            What::Open { path, empties } if self.is_kept(path) => {
                let known = self.seen.get(path).copied();
                match known {
                    Some(file) if *empties => self.write(event, file, Write::Truncate(0)),
                    Some(_) => {}
                    None => {
                        let file = self.files.len();
                        self.files.push(File::default());
                        self.seen.insert(path.clone(), file);
                        self.steps
                            .push((event.ended, Step::Link(path.clone(), file)));
                    }
                }
                false
            }
            What::Write { path, at, bytes } => {
                if let Some(&file) = self.seen.get(path) {
                    let at = at.unwrap_or(self.files[file].length);
                    self.write(event, file, Write::At(at, bytes.clone()));
                }
                false
            }
            What::Truncate { path, length } => {
                if let Some(&file) = self.seen.get(path) {
                    self.write(event, file, Write::Truncate(*length));
                }
                false
            }
            What::Rename { from, to } => {
                if let Some(file) = self.seen.remove(from) {
                    self.seen.insert(to.clone(), file);
                    self.steps.push((event.ended, Step::Link(to.clone(), file)));
                    self.steps.push((event.ended, Step::Unlink(from.clone())));
                }
                false
            }
            What::Unlink { path } => {
                if self.seen.remove(path).is_some() {
                    self.steps.push((event.ended, Step::Unlink(path.clone())));
                }
                false
            }
            What::Sync { path } => self.sync(event, path),
            What::Open { .. } | What::Said { .. } => false,
        }
    }

    fn write(&mut self, event: &Event, file: usize, write: Write) {
        let file = &mut self.files[file];
        file.length = match &write {
            Write::At(at, bytes) => file.length.max(at + bytes.len()),
            Write::Truncate(length) => *length,
        };
        file.writes.push((event.ended, write));
    }

    fn sync(&mut self, event: &Event, path: &Path) -> bool {
        if let Some(&file) = self.seen.get(path) {
            let file = &mut self.files[file];
            let before = file.writes.len();
            for (ended, write) in std::mem::take(&mut file.writes) {
                if ended < event.began {
                    apply(&mut file.synced, &write);
                } else {
                    file.writes.push((ended, write));
                }
            }
            return file.writes.len() < before;
        }
        let before = self.steps.len();
        for (ended, step) in std::mem::take(&mut self.steps) {
            if ended < event.began && step.path().parent() == Some(path) {
                step.apply(&mut self.synced);
            } else {
                self.steps.push((ended, step));
            }
        }
        self.steps.len() < before
    }

    /// The folder as a cut at this moment leaves it.
    pub fn cut(&self, mut keeps: Keeps<'_>) -> TempDir {
        let mut names = self.synced.clone();
        if let Keeps::Some(chance) = &mut keeps {
            let kept = chance.below(self.steps.len() + 1);
            for (_, step) in &self.steps[..kept] {
                step.apply(&mut names);
            }
        }
        let left = tempfile::tempdir().expect("a temporary folder");
        for (path, file) in names {
            let file = &self.files[file];
            let mut bytes = file.synced.clone();
            if let Keeps::Some(chance) = &mut keeps {
                for (_, write) in &file.writes {
                    keep_some(&mut bytes, write, chance);
                }
            }
            let path = left
                .path()
                .join(path.strip_prefix(&self.folder).expect("inside"));
            let folder = path.parent().expect("a file lies in a folder");
            std::fs::create_dir_all(folder).expect("a folder can be made");
            std::fs::write(path, bytes).expect("a file can be written");
        }
        left
    }
}

impl Step {
    fn path(&self) -> &Path {
        let (Self::Link(path, _) | Self::Unlink(path)) = self;
        path
    }

    fn apply(&self, names: &mut BTreeMap<PathBuf, usize>) {
        match self {
            Self::Link(path, file) => drop(names.insert(path.clone(), *file)),
            Self::Unlink(path) => drop(names.remove(path)),
        }
    }
}

fn apply(bytes: &mut Vec<u8>, write: &Write) {
    match write {
        Write::At(at, new) => {
            bytes.resize(bytes.len().max(at + new.len()), 0);
            bytes[*at..at + new.len()].copy_from_slice(new);
        }
        Write::Truncate(length) => bytes.resize(*length, 0),
    }
}

/// All of a write, nothing of it, or its first sectors.
fn keep_some(bytes: &mut Vec<u8>, write: &Write, chance: &mut Chance) {
    match (chance.below(4), write) {
        (0 | 1, write) => apply(bytes, write),
        (2, Write::At(at, new)) => {
            let sectors = chance.below(new.len() / SECTOR + 1);
            apply(bytes, &Write::At(*at, new[..sectors * SECTOR].to_vec()));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(ended: usize, what: What) -> Event {
        Event {
            began: ended,
            ended,
            what,
        }
    }

    fn left(disk: &Disk) -> BTreeMap<String, String> {
        let folder = disk.cut(Keeps::None);
        let entries = std::fs::read_dir(folder.path())
            .expect("a folder")
            .flatten();
        let read = |path: PathBuf| std::fs::read_to_string(path).expect("a text");
        entries
            .map(|entry| {
                (
                    entry.file_name().to_string_lossy().into_owned(),
                    read(entry.path()),
                )
            })
            .collect()
    }

    #[test]
    fn bytes_and_names_are_there_when_the_file_and_the_folder_were_synced() {
        let folder = tempfile::tempdir().expect("a folder");
        let (old, part) = (folder.path().join("copy"), folder.path().join("part"));
        std::fs::write(&old, "old").expect("it can be written");
        let mut disk = Disk::of(folder.path());
        let bytes = b"new".to_vec();
        let open = What::Open {
            path: part.clone(),
            empties: true,
        };
        let write = What::Write {
            path: part.clone(),
            at: None,
            bytes,
        };
        let rename = What::Rename {
            from: part.clone(),
            to: old.clone(),
        };
        for (number, what) in [open, write, rename].into_iter().enumerate() {
            assert!(!disk.take(&event(number, what)));
        }
        let of = |text: &str| BTreeMap::from([("copy".to_owned(), text.to_owned())]);
        assert_eq!(left(&disk), of("old"));
        assert!(disk.take(&event(
            3,
            What::Sync {
                path: folder.path().to_owned()
            }
        )));
        assert_eq!(left(&disk), of(""), "renamed before it was synced");
        assert!(disk.take(&event(4, What::Sync { path: old })));
        assert_eq!(left(&disk), of("new"));
    }
}
