//! The pages as an array of names and contents that a program takes in: `pages.rs` in the build's own folder.

use std::path::PathBuf;

pub fn write(files: &[(String, PathBuf)]) {
    let entries = files
        .iter()
        .map(|(name, path)| format!("    ({name:?}, include_bytes!({path:?})),\n"));
    let text = format!("&[\n{}]\n", entries.collect::<String>());
    let out = std::env::var_os("OUT_DIR")
        .map(PathBuf::from)
        .unwrap_or_default();
    if let Err(error) = std::fs::write(out.join("pages.rs"), text) {
        println!("cargo:warning=the pages cannot be taken in: {error}");
    }
}
