//! Lays the tablet's pages out for the window (`gen/pages`), and tells Tauri which command they may call.

#[path = "../ui/embed/pages.rs"]
mod pages;

use std::error::Error;
use std::path::Path;

/// Shown by a window that was built before its pages.
const NO_PAGES: &str = "<!doctype html>\n<html lang=\"id\">\n<meta charset=\"utf-8\">\n<title>Grebeg Pasar</title>\n\
<h1>Program ini dibuat tanpa halamannya</h1>\n<p>Catatan di tablet aman. Pasang ulang program yang lengkap.</p>\n\
<p lang=\"en\">This program was built without its pages: run <code>npm run build</code> in <code>ui/</code> first.</p>\n</html>\n";

fn main() -> Result<(), Box<dyn Error>> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    println!("cargo:rerun-if-changed=../ui/embed");
    lay_out(&here.join("../ui"), &here.join("gen/pages"))?;
    let commands = tauri_build::AppManifest::new().commands(&["invoke"]);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(commands))?;
    Ok(())
}

/// Makes the folder hold the pages and nothing else. What has not changed is not written, so that nothing is built anew for it.
fn lay_out(ui: &Path, folder: &Path) -> Result<(), Box<dyn Error>> {
    let mut wanted: Vec<(String, Vec<u8>)> = Vec::new();
    for (name, path) in pages::built(ui, "tablet", "office") {
        wanted.push((name, std::fs::read(path)?));
    }
    if wanted.is_empty() {
        wanted.push(("tablet.html".to_owned(), NO_PAGES.into()));
    }
    remove_others(folder, folder, &wanted)?;
    for (name, bytes) in &wanted {
        let path = folder.join(name);
        if std::fs::read(&path).is_ok_and(|found| found == *bytes) {
            continue;
        }
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(path, bytes)?;
    }
    Ok(())
}

/// Files of earlier builds have other names.
fn remove_others(
    top: &Path,
    folder: &Path,
    wanted: &[(String, Vec<u8>)],
) -> Result<(), Box<dyn Error>> {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            remove_others(top, &path, wanted)?;
        } else if !wanted.iter().any(|(name, _)| top.join(name) == path) {
            std::fs::remove_file(path)?;
        }
    }
    Ok(())
}
