//! Where the workspace stands on this machine.

use std::path::{Path, PathBuf};

/// The folder of the root Cargo.toml: the parent of this crate's folder.
///
/// `cargo run` tells the crate's folder at run time, which stays true when the checkout was moved after the build.
pub fn workspace_root() -> PathBuf {
    let crate_folder = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    crate_folder
        .parent()
        .map_or_else(|| crate_folder.clone(), Path::to_path_buf)
}

/// Where cargo put this program, and puts the others of the same profile: `target/debug`, usually.
pub fn own_folder(root: &Path) -> PathBuf {
    let here = std::env::current_exe().ok();
    here.as_deref()
        .and_then(Path::parent)
        .map_or_else(|| root.join("target/debug"), Path::to_path_buf)
}

/// Where cargo puts what it builds in any profile.
pub fn target_dir(root: &Path) -> PathBuf {
    let own = own_folder(root);
    own.parent()
        .map_or_else(|| root.join("target"), Path::to_path_buf)
}
