//! Where the programs are, freshly built.
//!
//! `GREBEG_BIN_DIR` names a folder with ready programs (an installed release, say). Without it they are
//! built once in each test process, in the profile and target folder of the test itself, so that a story
//! never passes or fails because of yesterday's program.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// A command that runs the `tablet` program.
pub fn tablet() -> Command {
    Command::new(folder().join("tablet"))
}

/// A command that runs the `sync-server` program.
pub fn sync_server() -> Command {
    Command::new(folder().join("sync-server"))
}

/// The path of the app with the real window. It needs GTK and WebKit, so that only stories of the window build it.
pub fn window() -> PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| given().unwrap_or_else(|| build(&["--workspace"])));
    folder.join("grebeg-pasar")
}

/// The path of one of the programs, for wrappers such as `faketime` and `strace`.
pub fn path_of(name: &str) -> PathBuf {
    folder().join(name)
}

/// Whether a program of the operating system is installed, looked up in `PATH`.
pub fn on_path(name: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|dir| dir.join(name).is_file()))
}

/// Panics, with the way to mend it, unless a program that a story cannot do without is installed.
pub fn need(name: &str) {
    assert!(
        on_path(name),
        "this story needs `{name}`: run `apt-get install {name}` (`cargo xtask test` does it)"
    );
}

fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| given().unwrap_or_else(|| build(&[])))
}

fn given() -> Option<PathBuf> {
    std::env::var_os("GREBEG_BIN_DIR").map(PathBuf::from)
}

/// Builds what the root's Cargo.toml names by default, or more.
fn build(more: &[&str]) -> PathBuf {
    let here = std::env::current_exe().expect("a test knows its own path");
    // …/target/debug/deps/journey-0123 → …/target/debug
    let profile_dir = here
        .ancestors()
        .find(|dir| {
            dir.file_name()
                .is_some_and(|name| name == "debug" || name == "release")
        })
        .expect("tests run from target/debug or target/release")
        .to_path_buf();
    let target_dir = profile_dir.parent().expect("a profile folder has a parent");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .args(["build", "--quiet", "--bins"])
        .args(more)
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .env("CARGO_TARGET_DIR", target_dir);
    if profile_dir.ends_with("release") {
        command.arg("--release");
    }
    let status = command.status().expect("cargo can be run");
    assert!(status.success(), "the programs do not build: {command:?}");
    profile_dir
}
