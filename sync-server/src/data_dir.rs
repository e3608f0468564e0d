//! The server's folder: all it needs is in there, and a copied folder works.

use crate::office::error::OfficeError;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

/// Paths inside `--data DIR`.
#[derive(Debug, Clone)]
pub struct DataDir(PathBuf);

impl DataDir {
    /// Takes the folder, creating what is missing.
    pub fn open(path: &Path) -> std::io::Result<Self> {
        std::fs::create_dir_all(path)?;
        Ok(Self(path.to_owned()))
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
