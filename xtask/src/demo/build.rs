//! Building what the demonstration runs: the pages first, because both programs carry them.

use std::path::Path;
use std::process::Command;

use crate::run::RunError;

use super::calls::Programs;
use super::running::Running;

/// Builds pages and programs. Whoever names ready ones in `GREBEG_BIN_DIR` has built them.
/// Errors: `refused` when a build fails, `interrupted`.
pub fn all(programs: &Programs, shell: Option<&str>) -> Result<(), RunError> {
    if std::env::var_os("GREBEG_BIN_DIR").is_some() {
        println!("the programs of GREBEG_BIN_DIR are taken as they are");
        return Ok(());
    }
    let ui = programs.root().join("ui");
    if needs_install(&ui) {
        step(programs, &ui, "npm ci")?;
    }
    step(programs, &ui, "npm run build")?;
    step(
        programs,
        programs.root(),
        "cargo build --package tablet --package sync-server --bins",
    )?;
    match shell {
        Some(package) => {
            let build = format!("cargo build --package {package}");
            step(programs, programs.root(), &build)
        }
        None => Ok(()),
    }
}

/// Whether other packages are wanted than those that npm put there the last time.
pub fn needs_install(ui: &Path) -> bool {
    let changed = |name: &str| {
        ui.join(name)
            .metadata()
            .and_then(|meta| meta.modified())
            .ok()
    };
    match (
        changed("package-lock.json"),
        changed("node_modules/.package-lock.json"),
    ) {
        (Some(wanted), Some(there)) => wanted > there,
        _ => true,
    }
}

/// Runs a command line to its end with our own output; a stop ends it.
fn step(programs: &Programs, folder: &Path, line: &str) -> Result<(), RunError> {
    println!("$ {line}");
    let mut words = line.split(' ');
    let mut command = Command::new(words.next().unwrap_or_default());
    command.args(words).current_dir(folder);
    match Running::beside(line, command)?.wait(programs)? {
        true => Ok(()),
        false => Err(RunError::Refused {
            command: line.to_owned(),
            said: "see its output above".to_owned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_installed_once_and_again_when_others_are_wanted() {
        let ui = tempfile::tempdir().unwrap();
        let touch = |name: &str, second: u64| {
            let file = std::fs::File::create(ui.path().join(name)).unwrap();
            let at = std::time::UNIX_EPOCH + std::time::Duration::from_secs(second);
            file.set_modified(at).unwrap();
        };
        touch("package-lock.json", 10);
        assert!(needs_install(ui.path()));
        std::fs::create_dir(ui.path().join("node_modules")).unwrap();
        touch("node_modules/.package-lock.json", 20);
        assert!(!needs_install(ui.path()));
        touch("package-lock.json", 30);
        assert!(needs_install(ui.path()));
    }
}
