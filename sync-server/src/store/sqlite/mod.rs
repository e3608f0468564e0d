//! The embedded store: one file, WAL, every commit on disk before anybody hears of it.

mod changes;
mod convert;
mod directory;
mod open;
#[cfg(test)]
mod plan_tests;
mod records;
mod registry;
mod sessions;
mod sync;
mod verify;

pub use directory::SqliteDirectory;
pub use open::{StoreError, open, open_reader};
pub use verify::{ChangeRow, checkpoint, integrity};

use grebeg_core::id::CampaignId;
use rusqlite::Connection;

/// One campaign within one transaction of one connection.
pub struct SqliteStore<'c> {
    pub(crate) connection: &'c Connection,
    pub(crate) campaign: CampaignId,
}

impl<'c> SqliteStore<'c> {
    /// The caller holds the transaction.
    pub fn new(connection: &'c Connection, campaign: CampaignId) -> Self {
        Self {
            connection,
            campaign,
        }
    }
}

/// A statement from its file, prepared once a connection.
macro_rules! sql {
    ($path:literal) => {
        include_str!(concat!("../../../sql/sqlite/", $path, ".sql"))
    };
}
pub(crate) use sql;
