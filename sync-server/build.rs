//! Takes the built pages (`ui/dist`) of the office into the program; without them it is built all the same and says so when asked.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn main() {
    let ui = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui");
    let dist = ui.join("dist");
    let is_there = dist.join("office.html").is_file();
    // A folder that is not there cannot be watched: the one above tells when it comes.
    println!(
        "cargo:rerun-if-changed={}",
        if is_there { &dist } else { &ui }.display()
    );
    let mut files = Vec::new();
    if is_there {
        walk(&dist, &dist, &mut files);
    }
    files.sort();
    let mut text = String::from("&[\n");
    for (name, path) in files {
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

/// Names with `/`, and absolute paths. The tablet's own files stay out.
fn walk(top: &Path, folder: &Path, files: &mut Vec<(String, PathBuf)>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            walk(top, &path, files);
            continue;
        }
        let Some(name) = path.strip_prefix(top).ok().and_then(Path::to_str) else {
            continue;
        };
        let name = name.replace('\\', "/");
        let last = name.rsplit('/').next().unwrap_or_default();
        if !last.starts_with("tablet") && !last.ends_with(".map") {
            files.push((name, path));
        }
    }
}
