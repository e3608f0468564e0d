//! A tablet's folder: one process at a time, the key of its data, and a reserve for the day the disk is full.

use crate::error::{Result, TabletError, file_failed};
use sha2::{Digest, Sha256};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long a second process waits for the first before it gives up.
const LOCK_WAIT: Duration = Duration::from_secs(4);
const LOCK_PAUSE: Duration = Duration::from_millis(20);
/// Room that is given back when the disk is full, so that what waits can still be sent.
const RESERVE_BYTES: usize = 4 << 20;
/// How names of files begin that were set aside.
const DAMAGED: &str = "damaged-";
/// How the name of the file ends out of which a damaged database is read.
pub const SCRATCH: &str = "salvage";

/// An open folder. The lock is the operating system's and ends with the process, however it ends.
#[derive(Debug)]
pub struct Home {
    folder: PathBuf,
    /// Held as long as the home is open.
    _lock: File,
}

impl Home {
    /// Opens the folder, making what is missing. Errors: `home_busy`, `home_read_only`, `disk_full`.
    pub fn open(folder: &Path) -> Result<Self> {
        if !folder.is_dir() {
            std::fs::create_dir_all(folder).map_err(file_failed("the folder could not be made"))?;
            private(folder, 0o700);
        }
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(folder.join("lock"))
            .map_err(file_failed("the lock could not be opened"))?;
        let started = Instant::now();
        loop {
            match lock.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if started.elapsed() < LOCK_WAIT => {
                    std::thread::sleep(LOCK_PAUSE);
                }
                Err(TryLockError::WouldBlock) => return Err(TabletError::HomeBusy),
                Err(TryLockError::Error(error)) => {
                    return Err(file_failed("the folder could not be locked")(error));
                }
            }
        }
        let home = Self {
            folder: folder.to_owned(),
            _lock: lock,
        };
        home.sweep();
        Ok(home)
    }

    pub fn database(&self) -> PathBuf {
        self.folder.join("tablet.db")
    }

    /// The sealed copy of what was not sent yet (`store/copy`).
    pub fn copy(&self) -> PathBuf {
        self.folder.join("unsent.seal")
    }

    /// The same bytes once more, for the day on which both the database and the copy are damaged.
    pub fn second_copy(&self) -> PathBuf {
        self.folder.join("unsent-2.seal")
    }

    /// Whether the data is gone from a folder that was in use: beside the reserve and the copy, which are made with the
    /// enrolment, there is a database.
    pub fn has_lost_database(&self) -> bool {
        let is_empty = std::fs::metadata(self.database()).map_or(true, |file| file.len() == 0);
        let beside = [self.reserve(), self.copy(), self.second_copy()];
        is_empty && beside.iter().any(|path| path.exists())
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The key of the data: 32 random bytes, made with the first database and never after. Errors: `key_missing`,
    /// `key_wrong` for a file of another length.
    pub fn key(&self) -> Result<[u8; 32]> {
        let path = self.folder.join("key");
        match std::fs::read(&path) {
            Ok(bytes) => bytes.try_into().map_err(|_| TabletError::KeyWrong),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                if self.database().exists() {
                    return Err(TabletError::KeyMissing);
                }
                self.make_key(&path)
            }
            Err(error) => Err(file_failed("the key could not be read")(error)),
        }
    }

    fn make_key(&self, path: &Path) -> Result<[u8; 32]> {
        let failed = || file_failed("the key could not be written");
        let key = random::<32>()?;
        // Each written beside and renamed, so that a kill leaves either none or a whole one; the key comes last, because
        // it is what says that both are there.
        for (path, bytes) in [(&*self.mark(), &mark_of(&key)[..]), (path, &key[..])] {
            let part = path.with_extension("part");
            let mut file = create_private(&part).map_err(failed())?;
            file.write_all(bytes).map_err(failed())?;
            file.sync_all().map_err(failed())?;
            std::fs::rename(&part, path).map_err(failed())?;
        }
        self.sync_folder();
        Ok(key)
    }

    /// A few bytes of the key's hash: they tell another key from a damaged first page, and nothing else.
    fn mark(&self) -> PathBuf {
        self.folder.join("key-mark")
    }

    /// Whether this is the key that was made for this folder, as far as the folder can tell.
    pub fn is_own_key(&self, key: &[u8; 32]) -> bool {
        std::fs::read(self.mark()).map_or(true, |mark| mark == mark_of(key))
    }

    /// Makes renames and new files durable where the system can.
    fn sync_folder(&self) {
        if let Ok(folder) = File::open(&self.folder) {
            // Some file systems have no sync of folders; the files themselves are synced.
            drop(folder.sync_all());
        }
    }

    fn reserve(&self) -> PathBuf {
        self.folder.join("reserve.bin")
    }

    /// Gives the reserve back to the disk; whether there was one.
    pub fn release_reserve(&self) -> bool {
        std::fs::remove_file(self.reserve()).is_ok()
    }

    /// Makes the reserve again where there is room; not having one is no failure.
    pub fn keep_reserve(&self) {
        let path = self.reserve();
        let whole = std::fs::metadata(&path).is_ok_and(|m| m.len() == RESERVE_BYTES as u64);
        if whole {
            return;
        }
        let written = File::create(&path).and_then(|mut file| {
            file.write_all(&vec![0xa5; RESERVE_BYTES])?;
            file.sync_all()
        });
        if written.is_err() {
            drop(std::fs::remove_file(&path));
        }
    }

    /// A name that is free for a damaged file.
    fn damaged(&self, end: &str) -> PathBuf {
        let names = (1u32..).map(|number| self.folder.join(format!("{DAMAGED}{number}.{end}")));
        let mut free = names.filter(|path| !path.exists());
        free.next().unwrap_or_else(|| self.folder.join(DAMAGED))
    }

    /// Deletes what was set aside as damaged: nobody can take out of it what an erasure or a revocation ends.
    pub fn forget_damaged(&self) {
        let entries = std::fs::read_dir(&self.folder).into_iter().flatten();
        for entry in entries.flatten() {
            let name = entry.file_name();
            if name.to_string_lossy().starts_with(DAMAGED) {
                // What cannot be deleted now is, at the next erasure or revocation; there is nobody to tell.
                drop(std::fs::remove_file(entry.path()));
            }
        }
    }

    /// Keeps what a damaged copy is now, before it is written anew, for whoever wants to look into it.
    pub fn keep_damaged_copy(&self) {
        // What could be read of it goes on in the new one; that the rest is kept too is worth no failure.
        for copy in [self.copy(), self.second_copy()] {
            drop(std::fs::copy(copy, self.damaged("seal")));
        }
    }

    /// Sets a damaged database aside under a name that is free; gives the new name, or `None` where there is nothing to set aside.
    pub fn set_aside(&self) -> Result<Option<PathBuf>> {
        let target = self.damaged("db");
        let failed = || file_failed("the damaged file could not be set aside");
        let mut aside = None;
        // A WAL may be all that is left: it must not be taken for that of the new database.
        for end in ["", "-wal", "-shm"] {
            let (from, to) = (sibling(&self.database(), end), sibling(&target, end));
            if from.exists() {
                std::fs::rename(&from, &to).map_err(failed())?;
                aside.get_or_insert(to);
            }
        }
        self.sync_folder();
        Ok(aside)
    }

    /// Deletes what a process left that ended in the middle of its work: nobody would look at it again.
    fn sweep(&self) {
        let scratch = self.database().with_extension(SCRATCH);
        let parts = [self.copy(), self.second_copy()].map(|copy| copy.with_extension("part"));
        for path in [
            &parts[0],
            &parts[1],
            &scratch,
            &sibling(&scratch, "-wal"),
            &sibling(&scratch, "-shm"),
        ] {
            // Mostly there is none.
            drop(std::fs::remove_file(path));
        }
    }
}

pub fn sibling(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

fn mark_of(key: &[u8; 32]) -> [u8; 8] {
    let mut mark = [0u8; 8];
    let hash = Sha256::new().chain_update(b"key mark").chain_update(key);
    mark.iter_mut()
        .zip(hash.finalize())
        .for_each(|(to, from)| *to = from);
    mark
}

/// Random bytes from the operating system.
pub fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0u8; N];
    getrandom::fill(&mut bytes).map_err(|error| TabletError::File {
        what: "the system gave no random numbers",
        error: std::io::Error::other(error.to_string()),
    })?;
    Ok(bytes)
}

/// A new file that from its first moment only its owner can read.
pub fn create_private(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    // One left by a kill keeps the permissions it had.
    private(path, 0o600);
    Ok(file)
}

#[cfg(unix)]
fn private(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    // On file systems without permissions there is nothing to set.
    drop(std::fs::set_permissions(
        path,
        std::fs::Permissions::from_mode(mode),
    ));
}

#[cfg(not(unix))]
fn private(_path: &Path, _mode: u32) {}
