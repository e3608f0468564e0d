//! A copy of the store while it is in use, encrypted to a key that need not be on this server.

use super::error::OfficeError;
use crate::data_dir::DataDir;
use crate::store::sqlite::{StoreError, integrity, open_reader};
use age::secrecy::ExposeSecret;
use age::x25519::{Identity, Recipient};
use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{BufReader, Read, Write};
use std::path::Path;

/// What was written.
#[derive(Debug, PartialEq, Eq)]
pub struct Written {
    pub bytes: u64,
    /// SHA-256 of the file, hexadecimal.
    pub sha256: String,
}

pub(super) fn file_error(path: &Path) -> impl Fn(std::io::Error) -> OfficeError {
    let path = path.display().to_string();
    move |source| OfficeError::File {
        path: path.clone(),
        source,
    }
}

/// The folder in which a file stands.
fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

pub(super) fn sync_folder(path: &Path) -> std::io::Result<()> {
    // Only where folders can be opened and synced like files.
    match File::open(folder_of(path)) {
        Ok(folder) => folder.sync_all().or(Ok(())),
        Err(_) => Ok(()),
    }
}

/// Reads a recipient `age1…`.
pub fn recipient(text: &str) -> Result<Recipient, OfficeError> {
    text.trim()
        .parse()
        .map_err(|_: &'static str| OfficeError::BadValue {
            what: "--recipient",
            value: text.to_owned(),
            expected: "a public key age1…, as `backup keygen` prints it",
        })
}

/// Writes the backup beside `out`, syncs it and only then gives it its name.
///
/// `to`: whom it is encrypted to; `None` leaves it plain. The copy is one moment's, also while others write. The
/// unencrypted copy that comes in between stays inside the server's own folder.
pub fn write(data: &DataDir, out: &Path, to: Option<&Recipient>) -> Result<Written, OfficeError> {
    data.not_own(out)?;
    let failed = file_error(out);
    let beside = tempfile::NamedTempFile::new_in(folder_of(out)).map_err(&failed)?;
    match to {
        None => copy_store(data, beside.path())?,
        Some(recipient) => {
            let here = file_error(data.path());
            let plain = tempfile::NamedTempFile::new_in(data.path()).map_err(here)?;
            copy_store(data, plain.path())?;
            encrypt(plain.path(), beside.as_file(), recipient).map_err(&failed)?;
        }
    }
    beside.as_file().sync_all().map_err(&failed)?;
    let written = measure(beside.path()).map_err(&failed)?;
    beside.persist(out).map_err(|error| failed(error.error))?;
    sync_folder(out).map_err(failed)?;
    Ok(written)
}

fn copy_store(data: &DataDir, into: &Path) -> Result<(), OfficeError> {
    let from = open_reader(&data.store())?;
    let copied = || -> Result<(), StoreError> {
        let mut to = Connection::open(into)?;
        {
            // All pages in one step: in WAL mode nobody has to wait for it, and no later write makes it start anew.
            let copy = Backup::new(&from, &mut to)?;
            // Anything else leaves a copy that is not whole.
            if copy.step(-1)? != StepResult::Done {
                return Err(StoreError::Busy);
            }
        }
        if let Some(first) = integrity(&to, true)?.first() {
            return Err(StoreError::Damaged(first.clone()));
        }
        to.pragma_update(None, "journal_mode", "delete")?;
        to.close().map_err(|(_, error)| error.into())
    };
    Ok(copied()?)
}

fn encrypt(from: &Path, to: &File, recipient: &Recipient) -> std::io::Result<()> {
    let other = |error: &dyn std::fmt::Display| std::io::Error::other(error.to_string());
    let to_whom = std::iter::once(recipient as &dyn age::Recipient);
    let encryptor = age::Encryptor::with_recipients(to_whom).map_err(|error| other(&error))?;
    let mut out = encryptor.wrap_output(to)?;
    std::io::copy(&mut BufReader::new(File::open(from)?), &mut out)?;
    out.finish()?;
    Ok(())
}

fn measure(path: &Path) -> std::io::Result<Written> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut part = vec![0u8; 1 << 16];
    let mut bytes = 0;
    loop {
        let count = file.read(&mut part)?;
        if count == 0 {
            break;
        }
        hash.update(part.get(..count).unwrap_or_default());
        bytes += count as u64;
    }
    let sha256 = grebeg_core::wire::json::to_hex(&hash.finalize());
    Ok(Written { bytes, sha256 })
}

/// Makes a key pair: the secret one into a new file, the public one is the answer.
pub fn keygen(out: &Path) -> Result<String, OfficeError> {
    let identity = Identity::generate();
    let failed = file_error(out);
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(out).map_err(&failed)?;
    let public = identity.to_public().to_string();
    let text = format!(
        "# public key: {public}\n{}\n",
        identity.to_string().expose_secret()
    );
    file.write_all(text.as_bytes())
        .and_then(|()| file.sync_all())
        .map_err(failed)?;
    Ok(public)
}
