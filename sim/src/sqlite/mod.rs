//! The real stores: the server's SQLite file and the tablets' folders, by the programs' own code, in played time.

mod figures;
mod server;
mod tablet;

use crate::beside::{Done, Enrolled, RealServer, RealStores, RealTablet};
use grebeg_core::id::DeviceId;
use std::fmt::Display;
use std::path::Path;
use tempfile::TempDir;
use uuid::Uuid;

/// Makes them, each in a folder of its own that goes with it.
pub struct Sqlite;

impl RealStores for Sqlite {
    fn server(&self, epoch: Uuid, device: DeviceId) -> Done<Box<dyn RealServer>> {
        Ok(Box::new(server::Server::new(epoch, device)?))
    }

    fn tablet(&self, enrolled: &Enrolled) -> Done<Box<dyn RealTablet>> {
        Ok(Box::new(tablet::Tablet::new(enrolled)?))
    }
}

fn words(error: impl Display) -> String {
    error.to_string()
}

/// A new folder, in memory where the system has such a place: what outlives a power cut is shown elsewhere, and syncing takes long.
fn folder() -> Done<TempDir> {
    let shared = Path::new("/dev/shm");
    let made = match shared.is_dir() {
        true => tempfile::tempdir_in(shared),
        false => tempfile::tempdir(),
    };
    made.map_err(words)
}
