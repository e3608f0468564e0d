//! Our programs over a folder, and the signals that stop what runs there.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use signal_hook::consts::{SIGINT, SIGTERM};

use crate::root::{own_folder, target_dir};
use crate::run::RunError;

use super::calls::Programs;

/// The programs over a folder, stopped by Ctrl-C and SIGTERM. `now_ms`: what is called now; without it the real time.
pub fn programs(root: &Path, folder: &Path, now_ms: Option<i64>) -> Result<Programs, RunError> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        let taken = signal_hook::flag::register(signal, Arc::clone(&stop));
        taken.map_err(|source| RunError::NotStarted {
            program: "the signal handler".to_owned(),
            source,
        })?;
    }
    // Only programs built for development let their clock be turned.
    let binaries = match std::env::var_os("GREBEG_BIN_DIR") {
        Some(folder) => folder.into(),
        None if own_folder(root).ends_with("release") => target_dir(root).join("debug"),
        None => own_folder(root),
    };
    let folder = folder.to_path_buf();
    Ok(Programs::new(binaries, folder, root, stop, now_ms))
}
