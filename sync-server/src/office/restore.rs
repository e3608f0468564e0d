//! Putting a backup in place: the old store is set aside, a new epoch begins, and what is for ever is done again.

use super::backup::{file_error, sync_folder};
use super::desk::Desk;
use super::error::OfficeError;
use super::forever::{self, Entry, Revoked};
use super::{erasure, tablets};
use crate::clock;
use crate::data_dir::{DataDir, private_file};
use crate::store::Directory;
use crate::store::Registry;
use crate::store::rows::{CampaignRow, EnrolmentRow};
use crate::store::sqlite::{SqliteDirectory, StoreError, checkpoint, integrity, open};
use crate::writer::{Turn, once};
use grebeg_core::id::DeviceId;
use grebeg_core::sync::store::{DeviceRow, Store};
use std::fs::File;
use std::io::{BufReader, ErrorKind, Read};
use std::path::{Path, PathBuf};

const AGE_MAGIC: &[u8] = b"age-encryption.org/";
const SQLITE_MAGIC: &[u8] = b"SQLite format 3\0";
/// Lines of a key file that are looked at.
const IDENTITY_LINES_MAX: usize = 100;

/// What a restore did.
#[derive(Debug)]
pub struct Restored {
    /// Where the old store is now; `None` where there was none.
    pub set_aside: Option<PathBuf>,
    /// Each campaign's code with its new epoch.
    pub epochs: Vec<(String, String)>,
    pub erased: usize,
    pub revoked: usize,
}

/// Restores `from` over the folder. Nothing of the old store is deleted.
///
/// `who` stands in the log. Errors: `folder_in_use` while a server runs on the folder; `identity_needed` for an encrypted backup without a key.
pub fn restore(
    data: &DataDir,
    from: &Path,
    identity: Option<&Path>,
    who: &str,
) -> Result<Restored, OfficeError> {
    let _lock = data.lock()?;
    let here = file_error(data.path());
    let fresh = tempfile::TempDir::with_prefix_in("restore-", data.path()).map_err(here)?;
    let store = fresh.path().join("office.db");
    unpack(from, identity, &store)?;
    let mut restored = prepare(data, from, &store, who)?;
    restored.set_aside = put_in_place(data, &store)?;
    Ok(restored)
}

fn refused(code: &'static str, message: String, hint: &str) -> OfficeError {
    OfficeError::Other {
        code,
        message,
        hint: hint.to_owned(),
    }
}

fn damaged(from: &Path, why: &dyn std::fmt::Display) -> OfficeError {
    refused(
        "backup_damaged",
        format!("{} is damaged: {why}", from.display()),
        "take an earlier backup; the store in place was left as it is",
    )
}

/// The plain store of a backup, encrypted or not.
fn unpack(from: &Path, identity: Option<&Path>, to: &Path) -> Result<(), OfficeError> {
    let failed = file_error(from);
    let mut first = Vec::new();
    File::open(from)
        .and_then(|file| file.take(32).read_to_end(&mut first))
        .map_err(&failed)?;
    let mut source = BufReader::new(File::open(from).map_err(&failed)?);
    let mut target = private_file()
        .write(true)
        .create_new(true)
        .open(to)
        .map_err(file_error(to))?;
    if first.starts_with(SQLITE_MAGIC) {
        std::io::copy(&mut source, &mut target).map_err(&failed)?;
    } else if first.starts_with(AGE_MAGIC) {
        let Some(identity) = identity else {
            return Err(refused(
                "identity_needed",
                format!("{} is encrypted", from.display()),
                "name the secret key's file with --identity FILE",
            ));
        };
        let key = read_identity(identity)?;
        let wrong = |error: age::DecryptError| match error {
            age::DecryptError::NoMatchingKeys => refused(
                "not_decrypted",
                format!("{} cannot be decrypted: {error}", from.display()),
                "use the key whose public part the backup was made for",
            ),
            error => damaged(from, &error),
        };
        let decryptor = age::Decryptor::new_buffered(source).map_err(wrong)?;
        let keys = std::iter::once(&key as &dyn age::Identity);
        let mut plain = decryptor.decrypt(keys).map_err(wrong)?;
        std::io::copy(&mut plain, &mut target).map_err(|error| match error.kind() {
            // What the cipher says of a file that was cut off or changed.
            ErrorKind::InvalidData | ErrorKind::UnexpectedEof | ErrorKind::Other => {
                damaged(from, &error)
            }
            _ => failed(error),
        })?;
    } else {
        return Err(refused(
            "not_a_backup",
            format!("{} is no backup of this program", from.display()),
            "give a file that `sync-server backup` wrote",
        ));
    }
    target.sync_all().map_err(file_error(to))
}

fn read_identity(path: &Path) -> Result<age::x25519::Identity, OfficeError> {
    let text = std::fs::read_to_string(path).map_err(file_error(path))?;
    let mut lines = text.lines().map(str::trim).take(IDENTITY_LINES_MAX);
    lines.find_map(|line| line.parse().ok()).ok_or_else(|| {
        refused(
            "identity_invalid",
            format!("{} holds no secret key", path.display()),
            "give the file that `backup keygen` wrote",
        )
    })
}

/// Checks the copy, begins the new epoch in it and does again what is for ever.
fn prepare(data: &DataDir, from: &Path, store: &Path, who: &str) -> Result<Restored, OfficeError> {
    let whole = open(store).and_then(|connection| {
        let damage = integrity(&connection, false)?;
        Ok((connection, damage))
    });
    let (mut connection, damage) = whole.map_err(|error| match error {
        StoreError::Damaged(_) | StoreError::Open { .. } | StoreError::Sql(_) => {
            damaged(from, &error)
        }
        error => error.into(),
    })?;
    if let Some(first) = damage.first() {
        return Err(damaged(from, first));
    }
    let forever = forever::read(data)?;
    let restored = once(&mut connection, |turn| {
        let rows = SqliteDirectory(turn.connection()?).campaigns()?;
        let mut restored = Restored {
            set_aside: None,
            epochs: Vec::new(),
            erased: 0,
            revoked: 0,
        };
        for row in &rows {
            let epoch = begin_epoch(turn, row, who)?;
            restored.epochs.push((row.code.clone(), epoch));
        }
        for entry in &forever {
            again(turn, &rows, entry, &mut restored)?;
        }
        Ok::<_, OfficeError>(restored)
    })?;
    checkpoint(&connection)?;
    connection
        .close()
        .map_err(|(_, error)| StoreError::from(error))?;
    Ok(restored)
}

/// The old epoch branches off here; the server's own device is a new one, since it may have written more in the old.
fn begin_epoch(turn: &mut Turn<'_>, row: &CampaignRow, who: &str) -> Result<String, OfficeError> {
    let now_ms = turn.wall_ms();
    let mut store = turn.store(row.campaign)?;
    let mut head = store.head()?;
    store.past_epoch_add(head.epoch, head.seq)?;
    head.epoch = clock::random_uuid()?;
    head.device = DeviceId(clock::random_uuid()?);
    store.set_head(&head)?;
    // A code that was used after the backup would open the door a second time.
    store.spend_all_codes(now_ms)?;
    store.audit(head.last_ms, who, "restore", &head.epoch.to_string())?;
    Ok(head.epoch.to_string())
}

fn again(
    turn: &mut Turn<'_>,
    rows: &[CampaignRow],
    entry: &Entry,
    restored: &mut Restored,
) -> Result<(), OfficeError> {
    for row in rows {
        let mut desk = Desk::open(turn, Some(&row.code), None)?;
        match entry {
            Entry::Erased {
                campaign,
                traders,
                records,
            } => {
                let here = match campaign {
                    Some(campaign) => *campaign == row.campaign,
                    None => rows.len() == 1 || knows_one_of(&mut desk, traders)?,
                };
                if here {
                    for trader in traders {
                        desk.log("erase again", &trader.to_string())?;
                        erasure::erase(&mut desk, *trader)?;
                        restored.erased += 1;
                    }
                    for key in records {
                        desk.store.erase_ahead(key)?;
                    }
                }
            }
            Entry::Revoked(tablet) => {
                let known = desk.store.enrolment(tablet.enrolment)?;
                let open = match known {
                    Some(known) => known.campaign == row.campaign && known.revoked_ms.is_none(),
                    None => add_again(&mut desk, tablet)?,
                };
                if open {
                    let why = tablet.why.trim();
                    let why = if why.is_empty() { "-" } else { why };
                    tablets::revoke(&mut desk, &tablet.enrolment.to_string(), why)?;
                    restored.revoked += 1;
                }
            }
        }
    }
    Ok(())
}

/// A tablet that enrolled after the backup and was stopped: it has to hear that, and not that it may enrol anew.
fn add_again(desk: &mut Desk<'_>, tablet: &Revoked) -> Result<bool, OfficeError> {
    let here = tablet.campaign == Some(desk.row.campaign);
    let (true, Some(device), Some(token_hash)) = (here, tablet.first_device, tablet.token_hash)
    else {
        return Ok(false);
    };
    let now_ms = desk.store.head()?.last_ms;
    let row = EnrolmentRow {
        enrolment: tablet.enrolment,
        campaign: desk.row.campaign,
        first_device: DeviceId(device),
        people: Vec::new(),
        device_name: String::new(),
        app_version: String::new(),
        enrolled_ms: now_ms,
        last_seen_ms: now_ms,
        contact: None,
        revoked_ms: None,
        revoked_why: None,
        rescue_until_ms: 0,
    };
    desk.store.add_enrolment(&row, &token_hash)?;
    desk.store.add_device(&DeviceRow {
        device: row.first_device,
        enrolment: row.enrolment,
        succeeds: None,
    })?;
    Ok(true)
}

fn knows_one_of(desk: &mut Desk<'_>, traders: &[uuid::Uuid]) -> Result<bool, OfficeError> {
    for trader in traders {
        let key = grebeg_core::register::RecordKey::new("trader", *trader);
        if desk.store.record(&key)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// At every moment there is a whole store under the name: the old one until the new one takes its place.
fn put_in_place(data: &DataDir, fresh: &Path) -> Result<Option<PathBuf>, OfficeError> {
    let store = data.store();
    let failed = file_error(&store);
    let mut aside = None;
    if std::fs::metadata(&store).is_ok_and(|m| m.len() > 0) {
        // A store too damaged to be opened keeps its log beside it.
        if let Ok(connection) = open(&store) {
            let _kept_with_its_log = checkpoint(&connection);
        }
        let name = format!("office.replaced-{}.db", clock::now_ms());
        let target = data.path().join(&name);
        std::fs::hard_link(&store, &target)
            .or_else(|_| std::fs::copy(&store, &target).map(|_| ()))
            .map_err(&failed)?;
        for end in ["-wal", "-shm"] {
            let beside = data.path().join(format!("office.db{end}"));
            if beside.exists() {
                let target = data.path().join(format!("{name}{end}"));
                std::fs::rename(&beside, target).map_err(&failed)?;
            }
        }
        aside = Some(target);
    }
    std::fs::rename(fresh, &store).map_err(&failed)?;
    sync_folder(&store).map_err(failed)?;
    Ok(aside)
}
