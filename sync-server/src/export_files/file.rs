//! Puts an export in its place at once: what fails halfway leaves no file, and an older one as it was.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use super::{ExportFileError, Written};

/// A whole file under another name, on the disk; it goes away unless it is put in its place.
#[derive(Debug)]
pub struct Ready {
    beside: tempfile::TempPath,
    path: PathBuf,
    pub written: Written,
}

impl Ready {
    /// Gives the file its name.
    pub fn put(self) -> Result<Written, ExportFileError> {
        self.beside
            .persist(&self.path)
            .map_err(|error| error.error)?;
        Ok(self.written)
    }
}

/// Writes a file through `write`, beside its place; [`Ready::put`] moves it there.
///
/// The file can be read by its owner only (exports may name people). Errors: `FolderMissing` where the folder does not
/// exist, `IsFolder`, and whatever `write` fails with.
pub fn prepare_file(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> Result<Written, ExportFileError>,
) -> Result<Ready, ExportFileError> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    };
    if !folder.is_dir() {
        return Err(ExportFileError::FolderMissing { folder });
    }
    if path.is_dir() {
        return Err(ExportFileError::IsFolder {
            path: path.to_owned(),
        });
    }
    // Removed by itself when this function leaves early.
    let temporary = tempfile::Builder::new()
        .prefix(".grebeg-export-")
        .tempfile_in(&folder)?;
    let (file, place) = temporary.into_parts();
    let mut out = BufWriter::new(file);
    let written = write(&mut out)?;
    out.flush()?;
    out.get_ref().sync_all()?;
    Ok(Ready {
        beside: place,
        path: path.to_owned(),
        written,
    })
}
