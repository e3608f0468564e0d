//! The server's folder: all it needs is in there, and a copied folder works.

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
}
