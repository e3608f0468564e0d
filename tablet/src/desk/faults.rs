//! Slow and failing saves on purpose, for the tests of the pages; only in builds for development.
//!
//! A file `faults.json` in the tablet's folder, read anew at each save: `{"delay_ms": 2000}` answers that much later,
//! `{"fail": "disk_full"}` saves nothing and says so.

use crate::error::{Result, TabletError};
use serde::Deserialize;
use std::path::Path;
use std::time::Duration;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Faults {
    delay_ms: u64,
    fail: Option<String>,
}

/// Called before each save. Errors: the one that the file names.
pub fn before_save(home: &Path) -> Result<()> {
    let Ok(text) = std::fs::read_to_string(home.join("faults.json")) else {
        return Ok(());
    };
    let faults: Faults = serde_json::from_str(&text).unwrap_or_default();
    std::thread::sleep(Duration::from_millis(faults.delay_ms));
    match faults.fail {
        None => Ok(()),
        Some(_) => Err(TabletError::DiskFull),
    }
}
