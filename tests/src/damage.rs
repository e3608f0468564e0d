//! What a bad disk does to a file: changed bits, pages with something else in them, ends that are gone.

use crate::chance::Chance;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const PAGE: usize = 4_096;
/// The part of a page that a disk writes as one.
const SECTOR: usize = 512;

/// A kind of damage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// One changed bit.
    Flip,
    /// A page of zeros.
    Zeroed,
    /// A page of anything.
    Overwritten,
    /// A page whose later sectors are those of a former version.
    Torn,
    /// A page that was written in another's place.
    Misplaced,
    /// The end is gone.
    Cut,
}

/// Damage of whole pages.
pub const PAGE_FAULTS: [Fault; 5] = [
    Fault::Zeroed,
    Fault::Overwritten,
    Fault::Torn,
    Fault::Misplaced,
    Fault::Cut,
];

/// Damage of a file of any form.
pub const ANY_FAULTS: [Fault; 4] = [Fault::Flip, Fault::Zeroed, Fault::Overwritten, Fault::Cut];

/// Damages a file, and says how. A file that is not there stays away.
pub fn damage(path: &Path, fault: Fault, chance: &mut Chance) -> String {
    let Ok(mut bytes) = fs::read(path) else {
        return "no file".into();
    };
    let before = bytes.clone();
    let mut at = 0;
    // What a page holds already is no damage.
    while bytes == before && !bytes.is_empty() {
        at = chance.below(bytes.len());
        apply(&mut bytes, fault, at, chance);
    }
    fs::write(path, bytes).expect("it can be written");
    let name = path.file_name().unwrap_or_default();
    format!("{fault:?} of {name:?} at {at}")
}

fn apply(bytes: &mut Vec<u8>, fault: Fault, at: usize, chance: &mut Chance) {
    let from = at / PAGE * PAGE;
    let to = (from + PAGE).min(bytes.len());
    match fault {
        Fault::Flip => bytes[at] ^= 1 << chance.below(8),
        Fault::Zeroed => bytes[from..to].fill(0),
        Fault::Overwritten => bytes[from..to].fill_with(|| chance.draw() as u8),
        Fault::Torn => {
            let sectors = (to - from).div_ceil(SECTOR);
            let whole = (from + SECTOR * chance.below(sectors)).min(to);
            bytes[whole..to].fill_with(|| chance.draw() as u8);
        }
        Fault::Misplaced => {
            let other = chance.below(bytes.len()) / PAGE * PAGE;
            let length = (to - from).min(bytes.len() - other);
            bytes.copy_within(other..other + length, from);
        }
        Fault::Cut => bytes.truncate(at),
    }
}

/// A second folder with the same files, but for the reserve, which holds nothing.
pub fn twin(home: &Path) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for entry in fs::read_dir(home)
        .expect("a folder can be listed")
        .flatten()
    {
        if entry.file_name() != "reserve.bin" {
            let to = folder.path().join(entry.file_name());
            fs::copy(entry.path(), to).expect("a file can be copied");
        }
    }
    folder
}

/// A folder as it was, to be brought back as often as needed.
#[derive(Debug)]
pub struct Kept {
    folder: PathBuf,
    copy: TempDir,
}

impl Kept {
    /// Keeps what a folder holds now.
    pub fn of(folder: &Path) -> Self {
        let copy = tempfile::tempdir().expect("a temporary folder");
        crate::tablet::copy_folder(folder, copy.path());
        Self {
            folder: folder.to_owned(),
            copy,
        }
    }

    /// Makes the folder what it was.
    pub fn bring_back(&self) {
        fs::remove_dir_all(&self.folder).expect("a folder can be emptied");
        crate::tablet::copy_folder(self.copy.path(), &self.folder);
    }
}
