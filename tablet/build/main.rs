//! Takes the built pages (`ui/dist`) into the program; without them it is built all the same and says so when asked.

mod pages;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn main() {
    println!("cargo:rerun-if-changed=build");
    // Only the bridge carries pages; the window has its own.
    if std::env::var_os("CARGO_FEATURE_CLI").is_none() {
        return;
    }
    let ui = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui");
    let mut text = String::from("&[\n");
    for (name, path) in pages::built(&ui) {
        // Writing into a String cannot fail.
        let _infallible = writeln!(text, "    ({name:?}, include_bytes!({path:?})),");
    }
    text.push_str("]\n");
    let out = std::env::var_os("OUT_DIR")
        .map(PathBuf::from)
        .unwrap_or_default();
    if let Err(error) = std::fs::write(out.join("pages.rs"), text) {
        println!("cargo:warning=the pages cannot be taken in: {error}");
    }
}
