//! The bare commit: what this machine needs to make one row durable in the same kind of database, and no more.

use std::time::{Duration, Instant};

use rusqlite::Connection;
use tempfile::TempDir;

/// About what a change weighs in the database.
const ROW_BYTES: usize = 600;
/// A random key of 256 bits, as the tablet's.
const KEY: &str =
    "pragma key = \"x'4f1d9c07a2b65e3381f0c4d7e95a6b2c0d8e7f16253447586970a1b2c3d4e5f6'\"";

/// An encrypted database with one table.
pub struct Bare {
    conn: Connection,
    /// Its folder, gone with it.
    _folder: TempDir,
}

impl Bare {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("{error}"));
        let open = || {
            let conn = Connection::open(folder.path().join("bare.db"))?;
            conn.execute_batch(KEY)?;
            conn.execute_batch(
                "pragma journal_mode = wal; pragma synchronous = full; create table row (n integer primary key, body blob)",
            )?;
            Ok::<_, rusqlite::Error>(conn)
        };
        let conn = open().unwrap_or_else(|error| panic!("{error}"));
        Self {
            conn,
            _folder: folder,
        }
    }

    /// So many rows, one transaction each.
    pub fn commits(&self, count: usize) -> Vec<Duration> {
        let body = vec![7_u8; ROW_BYTES];
        let commit = || {
            let began = Instant::now();
            let made = self
                .conn
                .prepare_cached("insert into row (body) values (?1)")
                .and_then(|mut insert| insert.execute([&body]));
            assert!(made.is_ok(), "{made:?}");
            began.elapsed()
        };
        (0..count).map(|_| commit()).collect()
    }
}
