//! `cargo xtask bundle`: the window as a package that can be installed, looked into and started once before it is handed on.

mod check;

use std::net::{TcpStream, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use crate::pages;
use crate::root;
use crate::run::{CommandLine, RunError};
use crate::tools::{self, Package};

/// Tauri's command line, of the line that the shell is built with.
const TAURI_VERSION: &str = "2.12.4";
const TAURI_FOLDER: &str = "target/tauri-cli";
/// Where Tauri's command line fetches the tools for an AppImage from, and how long it may take to answer.
const TOOLS_HOST: &str = "github.com";
const REACH_WAIT: Duration = Duration::from_secs(5);

/// What building and trying the package needs from apt.
const PACKAGES: &[Package] = &[
    ("libwebkit2gtk-4.1-dev", "the tablet's window"),
    ("pkg-config", "the tablet's window"),
    ("perl", "OpenSSL for the tablet's encryption"),
    ("make", "OpenSSL for the tablet's encryption"),
    ("xvfb", "a screen to start the package's program on"),
];

/// Builds pages and program, makes a `.deb`, checks it, and tries an AppImage. Exit code: of the first step that failed.
/// Errors: a program that cannot be started, packages that cannot be installed.
pub fn run(root: &Path) -> Result<ExitCode, RunError> {
    tools::install_packages(root, PACKAGES)?;
    for command in build(root) {
        let code = command.run(root)?;
        if code != 0 {
            return Ok(ExitCode::from(code));
        }
    }
    let folder = root::target_dir(root).join("release/bundle/deb");
    let Some(package) = newest(&folder, "deb") else {
        return Err(RunError::NoAnswer {
            command: tauri("deb").shown(),
            expected: format!("package in {}", folder.display()),
        });
    };
    check::package(root, &package)?;
    println!(
        "\n== {}: built, looked into, started once",
        package.display()
    );
    app_image(root).map(ExitCode::from)
}

/// The commands that end with a `.deb`.
fn build(root: &Path) -> Vec<CommandLine> {
    let mut commands: Vec<CommandLine> = pages::commands(root)
        .into_iter()
        .map(CommandLine::new)
        .collect();
    commands.push(CommandLine::new(
        "cargo build --release --package grebeg-pasar --features custom-protocol",
    ));
    // Beside the pages' packages, whose lock file would have to name it for every kind of machine.
    commands.push(CommandLine::new(&format!(
        "npm --prefix {TAURI_FOLDER} install --no-save --no-audit --no-fund @tauri-apps/cli@{TAURI_VERSION}"
    )));
    commands.push(tauri("deb"));
    commands
}

fn tauri(kind: &str) -> CommandLine {
    CommandLine::new(&format!(
        "node {TAURI_FOLDER}/node_modules/@tauri-apps/cli/tauri.js bundle --ci --no-sign --features custom-protocol --bundles {kind}"
    ))
}

/// An AppImage needs programs that Tauri fetches from GitHub: where that cannot be reached there is none, which is said and is
/// no failure. Gives the exit code of the attempt.
fn app_image(root: &Path) -> Result<u8, RunError> {
    println!("\n== AppImage");
    if !is_reached(TOOLS_HOST) {
        println!(
            "none was made, and none can be had on this machine: Tauri fetches the tools for it (AppRun, linuxdeploy) from \
             {TOOLS_HOST}, which cannot be reached from here"
        );
        return Ok(0);
    }
    let code = tauri("appimage").run(root)?;
    let folder = root::target_dir(root).join("release/bundle/appimage");
    match newest(&folder, "AppImage") {
        Some(path) if code == 0 => println!("== {}: built, NOT started", path.display()),
        _ => println!("== no AppImage was made: see above"),
    }
    Ok(code)
}

/// Whether a machine takes a connection for its web pages.
fn is_reached(host: &str) -> bool {
    let addresses = (host, 443).to_socket_addrs();
    let mut addresses = addresses.into_iter().flatten();
    addresses.any(|address| TcpStream::connect_timeout(&address, REACH_WAIT).is_ok())
}

fn modified(path: &Path) -> Option<std::time::SystemTime> {
    path.metadata().and_then(|file| file.modified()).ok()
}

/// The file with this ending that was written last.
fn newest(folder: &Path, ending: &str) -> Option<PathBuf> {
    let files = std::fs::read_dir(folder).ok()?.flatten();
    files
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|found| found == ending))
        .max_by_key(|path| modified(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_package_that_was_made_last_is_the_one() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(newest(folder.path(), "deb"), None);
        assert_eq!(newest(&folder.path().join("gone"), "deb"), None);
        let old = folder.path().join("a.deb");
        std::fs::write(&old, "1").unwrap();
        let hour = Duration::from_secs(3600);
        let file = std::fs::File::options().write(true).open(&old).unwrap();
        file.set_modified(std::time::SystemTime::now() - hour)
            .unwrap();
        std::fs::write(folder.path().join("b.deb"), "2").unwrap();
        std::fs::write(folder.path().join("c.txt"), "3").unwrap();
        assert_eq!(
            newest(folder.path(), "deb"),
            Some(folder.path().join("b.deb"))
        );
    }

    #[test]
    fn the_program_is_built_before_it_is_packed() {
        let shown: Vec<String> = build(&root::workspace_root())
            .iter()
            .map(CommandLine::shown)
            .collect();
        let at = |word: &str| shown.iter().position(|line| line.contains(word)).unwrap();
        assert!(at("cargo build") < at("bundle") && at("install") < at("bundle"));
    }
}
