//! Whether the pages have to be made anew, because both programs and the window carry them.

use std::path::Path;
use std::time::SystemTime;

const INSTALL: &str = "npm --prefix ui ci";
const BUILD: &str = "npm --prefix ui run build";

/// The commands, run in the workspace root, after which the built pages are those of the sources; none where they are.
pub fn commands(root: &Path) -> Vec<&'static str> {
    let ui = root.join("ui");
    let needed = [(needs_install(&ui), INSTALL), (needs_pages(&ui), BUILD)];
    let needed = needed.into_iter().filter(|(is_needed, _)| *is_needed);
    needed.map(|(_, command)| command).collect()
}

/// Whether other packages are wanted than those that npm put there the last time.
fn needs_install(ui: &Path) -> bool {
    let there = ui.join("node_modules/.package-lock.json");
    match (changed(&ui.join("package-lock.json")), changed(&there)) {
        (Some(wanted), Some(there)) => wanted > there,
        _ => true,
    }
}

/// Whether something that pages are made of is newer than the pages: making them anew builds both programs anew.
fn needs_pages(ui: &Path) -> bool {
    let made = ["dist/tablet.html", "dist/office.html"].map(|name| changed(&ui.join(name)));
    let Some(made) = made.into_iter().min().flatten() else {
        return true;
    };
    let sources = [
        "src",
        "public",
        "tablet.html",
        "office.html",
        "vite.config.ts",
        "package-lock.json",
    ];
    sources
        .iter()
        .any(|name| newest(&ui.join(name)).is_some_and(|at| at > made))
}

fn changed(path: &Path) -> Option<SystemTime> {
    path.metadata().and_then(|meta| meta.modified()).ok()
}

/// When a file, or the last one below a folder, was changed.
fn newest(path: &Path) -> Option<SystemTime> {
    let below = std::fs::read_dir(path).into_iter().flatten().flatten();
    let below = below.filter_map(|entry| newest(&entry.path())).max();
    below.max(changed(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder in which files are touched at a second.
    struct Ui(tempfile::TempDir);

    impl Ui {
        fn touch(&self, name: &str, second: u64) {
            let path = self.0.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            let file = std::fs::File::create(path).unwrap();
            let at = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(second);
            file.set_modified(at).unwrap();
        }
    }

    #[test]
    fn packages_are_installed_once_and_again_when_others_are_wanted() {
        let ui = Ui(tempfile::tempdir().unwrap());
        ui.touch("package-lock.json", 10);
        assert!(needs_install(ui.0.path()));
        ui.touch("node_modules/.package-lock.json", 20);
        assert!(!needs_install(ui.0.path()));
        ui.touch("package-lock.json", 30);
        assert!(needs_install(ui.0.path()));
    }

    #[test]
    fn pages_are_made_where_one_is_missing_or_older_than_what_it_is_made_of() {
        let ui = Ui(tempfile::tempdir().unwrap());
        ui.touch("vite.config.ts", 10);
        ui.touch("dist/tablet.html", 20);
        assert!(needs_pages(ui.0.path()));
        ui.touch("dist/office.html", 20);
        assert!(!needs_pages(ui.0.path()));
        ui.touch("vite.config.ts", 30);
        assert!(needs_pages(ui.0.path()));
    }
}
