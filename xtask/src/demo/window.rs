//! The real window over tablet A: its package, and the data folder in which it looks for its home.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::run::RunError;

use crate::field::calls::Programs;
use crate::field::running::Running;
use crate::field::team::Tablet;

/// What the window is called in the workspace and on the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// Package and program.
    pub package: String,
    /// Name of its folder among the data of all applications.
    pub identifier: String,
}

impl Window {
    /// Reads both from `src-tauri/`. Errors: `file` where there is no window.
    pub fn of(root: &Path) -> Result<Self, RunError> {
        let manifest = read(&root.join("src-tauri/Cargo.toml"))?;
        let settings = read(&root.join("src-tauri/tauri.conf.json"))?;
        let settings: Value = serde_json::from_str(&settings).unwrap_or_default();
        Ok(Self {
            package: package(&manifest).unwrap_or_default(),
            identifier: settings["identifier"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
        })
    }

    /// Opens it over a tablet that was enrolled before. Errors: `file`, `not_started`.
    pub fn open(&self, programs: &Programs, tablet: &Tablet) -> Result<Running, RunError> {
        let data = programs.folder().join("window");
        let home = data.join(&self.identifier).join("home");
        link(&tablet.home, &home).map_err(|source| RunError::File {
            path: programs.shown_path(&home),
            source,
        })?;
        let mut command = Command::new(programs.binaries().join(&self.package));
        command.env("XDG_DATA_HOME", &data);
        Running::start(programs, "window", command)
    }
}

/// The window finds its home where it looks for it, and the command line where it was made.
#[cfg(unix)]
fn link(home: &Path, link: &Path) -> std::io::Result<()> {
    if let Some(above) = link.parent() {
        std::fs::create_dir_all(above)?;
    }
    match link.exists() {
        true => Ok(()),
        false => std::os::unix::fs::symlink(home, link),
    }
}

#[cfg(not(unix))]
fn link(_: &Path, _: &Path) -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}

fn read(path: &Path) -> Result<String, RunError> {
    std::fs::read_to_string(path).map_err(|source| RunError::file(path, source))
}

/// The first `name = "…"` of a manifest, which is the package's.
fn package(manifest: &str) -> Option<String> {
    let line = manifest
        .lines()
        .find_map(|line| line.trim().strip_prefix("name = "))?;
    Some(line.trim().trim_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use super::package;

    #[test]
    fn the_package_is_the_first_name() {
        let manifest = "[package]\nname = \"stall\"\n\n[lib]\nname = \"stall_lib\"\n";
        assert_eq!(package(manifest).as_deref(), Some("stall"));
    }
}
