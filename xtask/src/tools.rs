//! What the tests need on a machine: finding it, saying what is missing, installing only that.

use std::path::Path;

use crate::run::{CommandLine, RunError};

/// The version of cargo-deny that deny.toml is written for.
pub const CARGO_DENY_VERSION: &str = "0.20.2";

/// A package of apt: its name and what it is for.
pub type Package = (&'static str, &'static str);

const APT_PACKAGES: &[Package] = &[
    ("faketime", "tests with a wrong clock"),
    ("libfaketime", "tests with a wrong clock"),
    ("strace", "tests that count syncs to disk and cut the power"),
    ("chromium", "stories of the pages in a browser"),
    (
        "fonts-dejavu-core",
        "letters that the pages' own fonts do not have",
    ),
    (
        "perl",
        "OpenSSL for the tablet's encryption, built from source",
    ),
    (
        "make",
        "OpenSSL for the tablet's encryption, built from source",
    ),
    ("libwebkit2gtk-4.1-dev", "the tablet's window"),
    ("pkg-config", "the tablet's window"),
    (
        "webkit2gtk-driver",
        "stories that drive the tablet's window",
    ),
    ("xvfb", "a screen for the tablet's window"),
];

/// Who we are for apt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rights {
    Root,
    Sudo,
    None,
}

/// Finds what is missing, says so, and installs it; nothing is changed when all is there.
pub fn install_missing(root: &Path) -> Result<(), RunError> {
    let missing = missing_packages(root, APT_PACKAGES);
    say_missing(&missing);
    let deny_missing = !deny_is_installed(root);
    if deny_missing {
        println!("missing: cargo-deny {CARGO_DENY_VERSION} (licences and sources of crates)");
    }
    if missing.is_empty() && !deny_missing {
        println!("nothing is missing");
        return Ok(());
    }
    let names: Vec<&str> = missing.iter().map(|(package, _)| *package).collect();
    let rights = if names.is_empty() {
        Rights::None
    } else {
        rights(root)
    };
    run_all(root, &plan(&names, deny_missing, rights)?)
}

/// Installs those of `packages` that are missing, and says which.
pub fn install_packages(root: &Path, packages: &[Package]) -> Result<(), RunError> {
    let missing = missing_packages(root, packages);
    if missing.is_empty() {
        return Ok(());
    }
    say_missing(&missing);
    let names: Vec<&str> = missing.iter().map(|(package, _)| *package).collect();
    run_all(root, &plan(&names, false, rights(root))?)
}

fn say_missing(missing: &[Package]) {
    for (package, use_for) in missing {
        println!("missing: apt package {package} ({use_for})");
    }
}

fn run_all(root: &Path, commands: &[CommandLine]) -> Result<(), RunError> {
    for command in commands {
        let code = command.run(root)?;
        if code != 0 {
            return Err(RunError::InstallFailed {
                command: command.shown(),
                code,
            });
        }
    }
    Ok(())
}

/// The commands that install `packages` and, if asked for, cargo-deny: none when nothing is missing.
/// Errors: `NoRights` when packages are missing and apt cannot be used.
fn plan(packages: &[&str], deny: bool, rights: Rights) -> Result<Vec<CommandLine>, RunError> {
    let mut commands = Vec::new();
    if !packages.is_empty() {
        let before = match rights {
            Rights::Root => "env DEBIAN_FRONTEND=noninteractive",
            Rights::Sudo => "sudo env DEBIAN_FRONTEND=noninteractive",
            Rights::None => {
                return Err(RunError::NoRights {
                    packages: packages.join(" "),
                });
            }
        };
        let names = packages.join(" ");
        commands.push(CommandLine::new(&format!("{before} apt-get update")));
        commands.push(CommandLine::new(&format!(
            "{before} apt-get install --yes --no-install-recommends {names}"
        )));
    }
    if deny {
        commands.push(CommandLine::new(&format!(
            "cargo install --locked cargo-deny@{CARGO_DENY_VERSION}"
        )));
    }
    Ok(commands)
}

fn missing_packages(root: &Path, packages: &[Package]) -> Vec<Package> {
    packages
        .iter()
        .copied()
        .filter(|(package, _)| {
            let status = CommandLine::new(&format!("dpkg --status {package}"));
            !status.answer(root).is_some_and(|text| is_installed(&text))
        })
        .collect()
}

/// dpkg knows removed packages too; only this state means that the files are there.
fn is_installed(dpkg_status: &str) -> bool {
    dpkg_status
        .lines()
        .any(|line| line == "Status: install ok installed")
}

fn deny_is_installed(root: &Path) -> bool {
    CommandLine::new("cargo deny --version")
        .answer(root)
        .is_some_and(|text| is_wanted_deny(&text))
}

fn is_wanted_deny(version_line: &str) -> bool {
    version_line.split_whitespace().nth(1) == Some(CARGO_DENY_VERSION)
}

fn rights(root: &Path) -> Rights {
    let user = CommandLine::new("id --user").answer(root);
    if user.is_some_and(|id| id.trim() == "0") {
        return Rights::Root;
    }
    match CommandLine::new("sudo --version").answer(root) {
        Some(_) => Rights::Sudo,
        None => Rights::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(packages: &[&str], deny: bool, rights: Rights, expected: &[&str]) {
        let shown: Vec<String> = match plan(packages, deny, rights) {
            Ok(commands) => commands.iter().map(CommandLine::shown).collect(),
            Err(error) => vec![error.code().to_owned()],
        };
        assert_eq!(shown, expected);
    }

    #[test]
    fn only_what_is_missing_is_installed() {
        check(&[], false, Rights::Root, &[]);
        check(
            &[],
            true,
            Rights::None,
            &["cargo install --locked cargo-deny@0.20.2"],
        );
        check(
            &["faketime"],
            false,
            Rights::Root,
            &[
                "env DEBIAN_FRONTEND=noninteractive apt-get update",
                "env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends faketime",
            ],
        );
    }

    #[test]
    fn a_developer_without_root_uses_sudo_or_is_told() {
        check(
            &["faketime", "strace"],
            false,
            Rights::Sudo,
            &[
                "sudo env DEBIAN_FRONTEND=noninteractive apt-get update",
                "sudo env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends faketime strace",
            ],
        );
        check(&["strace"], true, Rights::None, &["no_rights"]);
    }

    #[test]
    fn a_removed_package_or_another_version_counts_as_missing() {
        assert!(is_installed(
            "Package: strace\nStatus: install ok installed\nVersion: 6.1"
        ));
        assert!(!is_installed("Status: deinstall ok config-files"));
        assert!(is_wanted_deny("cargo-deny 0.20.2\n"));
        assert!(!is_wanted_deny("cargo-deny 0.19.0"));
        assert!(!is_wanted_deny(""));
    }
}
