//! The server's folder: all it needs is in there, and a copied folder works.

use crate::office::error::OfficeError;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

/// How a file is opened that nobody else on this machine shall read.
pub fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options
}

/// Paths inside `--data DIR`.
#[derive(Debug, Clone)]
pub struct DataDir(PathBuf);

impl DataDir {
    /// Takes the folder, creating what is missing; what is created here, nobody else on this machine can read.
    pub fn open(path: &Path) -> std::io::Result<Self> {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::DirBuilderExt;
            builder.mode(0o700);
        }
        builder.create(path)?;
        let data = Self(path.to_owned());
        // SQLite makes its store out of an empty file, and gives the files beside it the same rights.
        match private_file()
            .write(true)
            .create_new(true)
            .open(data.store())
        {
            Ok(_) => Ok(data),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(data),
            Err(error) => Err(error),
        }
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn store(&self) -> PathBuf {
        self.0.join("office.db")
    }

    /// Erasures and revocations, appended outside the store so that a restored backup cannot undo them.
    pub fn forever(&self) -> PathBuf {
        self.0.join("forever.ndjson")
    }

    /// Stores that a restore replaced, by name.
    pub fn set_aside(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(&self.0).into_iter().flatten().flatten();
        let mut list: Vec<PathBuf> = entries
            .filter(|e| {
                let name = e.file_name();
                let name = name.to_string_lossy();
                name.starts_with("office.replaced-") && name.ends_with(".db")
            })
            .map(|e| e.path())
            .collect();
        list.sort();
        list
    }

    /// Refuses a file to write that is one of the server's own.
    ///
    /// Errors: `bad_value`.
    pub fn not_own(&self, out: &Path) -> Result<(), OfficeError> {
        let folder = match out.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let here = |path: &Path| std::fs::canonicalize(path).ok();
        let name = out.file_name().unwrap_or_default().to_string_lossy();
        let name = name.to_ascii_lowercase();
        let own = name.starts_with("office.")
            || ["forever.ndjson", "serve.lock"].contains(&name.as_str());
        if own && here(folder).is_some_and(|folder| Some(folder) == here(&self.0)) {
            return Err(OfficeError::BadValue {
                what: "--out",
                value: out.display().to_string(),
                expected: "a file that is not the server's own",
            });
        }
        Ok(())
    }

    /// Takes the folder for one server, or for a restore; given back when the file is dropped or its process dies.
    ///
    /// Errors: `folder_in_use` while another process has it.
    pub fn lock(&self) -> Result<File, OfficeError> {
        let path = self.0.join("serve.lock");
        let failed = |source| OfficeError::File {
            path: path.display().to_string(),
            source,
        };
        let file = private_file()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(OfficeError::Other {
                code: "folder_in_use",
                message: format!("a server is running on {}", self.0.display()),
                hint: "stop it first, or give this one a folder of its own with --data".to_owned(),
            }),
            Err(TryLockError::Error(source)) => Err(failed(source)),
        }
    }
}
