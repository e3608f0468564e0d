//! The pages as Vite built them, for the build scripts of the programs that carry them: all of `ui/dist` without what only
//! the other program needs.

use std::path::{Path, PathBuf};

/// Names with `/` and absolute paths, sorted; empty where the pages were not built. `ui`: the folder of the pages' sources;
/// `own` and `other`: `tablet` and `office`, or the other way round. With them begin the names of each one's files.
///
/// Tells cargo what to watch.
pub fn built(ui: &Path, own: &str, other: &str) -> Vec<(String, PathBuf)> {
    let dist = ui.join("dist");
    let is_there = dist.join(format!("{own}.html")).is_file();
    // A folder that is not there cannot be watched: the one above tells when it comes.
    println!(
        "cargo:rerun-if-changed={}",
        if is_there { &dist } else { ui }.display()
    );
    let mut files = Vec::new();
    if is_there {
        walk(&dist, &dist, other, &mut files);
    }
    files.sort();
    files
}

fn walk(top: &Path, folder: &Path, other: &str, files: &mut Vec<(String, PathBuf)>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            walk(top, &path, other, files);
            continue;
        }
        let Some(name) = path.strip_prefix(top).ok().and_then(Path::to_str) else {
            continue;
        };
        let name = name.replace('\\', "/");
        let last = name.rsplit('/').next().unwrap_or_default();
        if !last.starts_with(other) && !last.ends_with(".map") {
            files.push((name, path));
        }
    }
}
