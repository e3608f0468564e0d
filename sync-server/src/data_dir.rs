//! The server's folder: all it needs is in there, and a copied folder works.

use crate::office::error::OfficeError;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

/// Paths inside `--data DIR`.
#[derive(Debug, Clone)]
pub struct DataDir(PathBuf);

impl DataDir {
    /// Takes the folder, creating what is missing; what is created here, nobody else on this machine can read.
    pub fn open(path: &Path) -> std::io::Result<Self> {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
            builder.mode(0o700);
            options.mode(0o600);
        }
        builder.create(path)?;
        let data = Self(path.to_owned());
        // SQLite makes its store out of an empty file, and gives the files beside it the same rights.
        match options.open(data.store()) {
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

    /// Takes the folder for one server, or for a restore; given back when the file is dropped or its process dies.
    ///
    /// Errors: `folder_in_use` while another process has it.
    pub fn lock(&self) -> Result<File, OfficeError> {
        let path = self.0.join("serve.lock");
        let failed = |source| OfficeError::File {
            path: path.display().to_string(),
            source,
        };
        let file = File::options()
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
