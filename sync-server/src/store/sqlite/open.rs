//! The one way to open the server's database.
//!
//! Order: open or create → pragmas (WAL so that readers never wait, FULL so that a commit survives a power cut, foreign keys,
//! secure delete so that erased values leave the file) → migrations, all in one transaction, and only where one is due → ready. A file that is newer
//! than this program or no database is left as it is, with an error that says so.

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Why the store cannot do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the store {path} cannot be opened: {source}")]
    Open {
        path: PathBuf,
        source: rusqlite::Error,
    },
    #[error(
        "the store {path} was written by a newer version (form {found}, this program knows {known})"
    )]
    Newer {
        path: PathBuf,
        found: i64,
        known: i64,
    },
    #[error("the disk is full")]
    DiskFull,
    #[error("the store is damaged: {0}")]
    Damaged(String),
    #[error("the store is busy with another process")]
    Busy,
    #[error("the store failed: {0}")]
    Sql(rusqlite::Error),
    /// What a job of the writer met beside the store.
    #[error("{0}")]
    Other(String),
}

impl StoreError {
    /// Stable name for answers and scripts.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Open { .. } => "store_not_opened",
            Self::Newer { .. } => "store_newer",
            Self::DiskFull => "disk_full",
            Self::Damaged(_) => "store_damaged",
            Self::Busy => "store_busy",
            Self::Sql(_) | Self::Other(_) => "store_failed",
        }
    }

    pub fn hint(&self) -> &'static str {
        match self {
            Self::Open { .. } => "check that the folder exists and may be written",
            Self::Newer { .. } => "use the newer program, or restore a backup of the older one",
            Self::DiskFull => "make room on the server's disk; it goes on by itself",
            Self::Damaged(_) => {
                "run `sync-server verify`, then restore the last backup; tablets send again what is missing"
            }
            Self::Busy => "try again in a moment",
            Self::Sql(_) | Self::Other(_) => "run `sync-server doctor`",
        }
    }
}

impl From<crate::clock::NoChance> for StoreError {
    fn from(error: crate::clock::NoChance) -> Self {
        Self::Other(error.to_string())
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Code;
        match error.sqlite_error_code() {
            Some(Code::DiskFull) => Self::DiskFull,
            Some(Code::SystemIoFailure) if wants_room(&error) => Self::DiskFull,
            Some(Code::DatabaseCorrupt | Code::NotADatabase) => Self::Damaged(error.to_string()),
            Some(Code::DatabaseBusy | Code::DatabaseLocked) => Self::Busy,
            _ => Self::Sql(error),
        }
    }
}

/// A write that the system refuses for want of room may be an I/O error to SQLite; a disk that cannot be read is none.
fn wants_room(error: &rusqlite::Error) -> bool {
    use rusqlite::ffi;
    const NO_ROOM: [i32; 4] = [
        ffi::SQLITE_IOERR_WRITE,
        ffi::SQLITE_IOERR_FSYNC,
        ffi::SQLITE_IOERR_SHMSIZE,
        ffi::SQLITE_IOERR_SHMMAP,
    ];
    error
        .sqlite_error()
        .is_some_and(|e| NO_ROOM.contains(&e.extended_code))
}

/// Damage and a full disk keep their names; anything else is a store that cannot be opened.
fn open_failed(path: &Path) -> impl Fn(rusqlite::Error) -> StoreError {
    let path = path.to_owned();
    move |error| match StoreError::from(error) {
        StoreError::Sql(source) => StoreError::Open {
            path: path.clone(),
            source,
        },
        known => known,
    }
}

const MIGRATIONS: &[&str] = &[
    include_str!("../../../sql/sqlite/migrations/0001_start.sql"),
    include_str!("../../../sql/sqlite/migrations/0002_register_value.sql"),
    include_str!("../../../sql/sqlite/migrations/0003_contact.sql"),
    include_str!("../../../sql/sqlite/migrations/0010_session.sql"),
    include_str!("../../../sql/sqlite/migrations/0011_one_action.sql"),
    include_str!("../../../sql/sqlite/migrations/0012_own_visits.sql"),
];
/// Pages kept in memory: much for the one that writes, little for each of many readers, which the system's own cache serves.
const WRITER_CACHE_KIB: i64 = 32_000;
const READER_CACHE_KIB: i64 = 2_000;
const BUSY_WAIT: Duration = Duration::from_secs(20);

/// Opens for writing, creating and migrating as needed.
pub fn open(path: &Path) -> Result<Connection, StoreError> {
    let failed = open_failed(path);
    let mut connection = Connection::open(path).map_err(&failed)?;
    configure(&connection, WRITER_CACHE_KIB).map_err(&failed)?;
    migrate(path, &mut connection)?;
    Ok(connection)
}

/// Opens for reading beside the writer. The store has to exist.
pub fn open_reader(path: &Path) -> Result<Connection, StoreError> {
    let failed = open_failed(path);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(&failed)?;
    configure(&connection, READER_CACHE_KIB).map_err(&failed)?;
    connection
        .pragma_update(None, "query_only", true)
        .map_err(failed)?;
    Ok(connection)
}

fn configure(connection: &Connection, cache_kib: i64) -> Result<(), rusqlite::Error> {
    connection.busy_timeout(BUSY_WAIT)?;
    // Plans do not depend on the values that are bound: otherwise SQLite prepares a statement anew at each use wherever a
    // value might decide about a partial index. Statements name the condition of such an index literally instead.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "temp_store", "memory")?;
    connection.pragma_update(None, "cache_size", -cache_kib)?;
    connection.set_prepared_statement_cache_capacity(160);
    Ok(())
}

fn form_of(connection: &Connection) -> Result<i64, rusqlite::Error> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

fn migrate(path: &Path, connection: &mut Connection) -> Result<(), StoreError> {
    let known = MIGRATIONS.len() as i64;
    // Nothing is written where nothing is to do: reading goes on with a full disk, and while another process writes.
    if form_of(connection)? == known {
        return Ok(());
    }
    let transaction =
        connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let found = form_of(&transaction)?;
    if found > known {
        return Err(StoreError::Newer {
            path: path.to_owned(),
            found,
            known,
        });
    }
    for migration in MIGRATIONS.iter().skip(usize::try_from(found).unwrap_or(0)) {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "user_version", known)?;
    transaction.commit()?;
    Ok(())
}
