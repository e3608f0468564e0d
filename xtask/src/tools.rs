//! What the tests need on a machine: finding it, saying what is missing, installing only that.

use std::path::Path;

use crate::run::{CommandLine, RunError};

/// A program of cargo: its package, the version that our files are written for, and what it is for.
#[derive(Debug, Clone, Copy)]
pub struct CargoTool {
    pub name: &'static str,
    pub version: &'static str,
    pub use_for: &'static str,
}

/// Reads deny.toml.
const CARGO_DENY: CargoTool = CargoTool {
    name: "cargo-deny",
    version: "0.20.2",
    use_for: "licences and sources of crates",
};
/// Reads .cargo/mutants.toml.
pub const CARGO_MUTANTS: CargoTool = CargoTool {
    name: "cargo-mutants",
    version: "27.1.0",
    use_for: "tests that notice a break",
};

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
    ("g++", "libFuzzer, built from source"),
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
    let tools = missing_tools(root, &[CARGO_DENY]);
    if missing.is_empty() && tools.is_empty() {
        println!("nothing is missing");
        return Ok(());
    }
    let names: Vec<&str> = missing.iter().map(|(package, _)| *package).collect();
    let rights = if names.is_empty() {
        Rights::None
    } else {
        rights(root)
    };
    run_all(root, &plan(&names, &tools, rights)?)
}

/// Installs a program of cargo where it is missing, and says so.
pub fn install_tool(root: &Path, tool: CargoTool) -> Result<(), RunError> {
    let tools = missing_tools(root, &[tool]);
    run_all(root, &plan(&[], &tools, Rights::None)?)
}

/// Installs those of `packages` that are missing, and says which.
pub fn install_packages(root: &Path, packages: &[Package]) -> Result<(), RunError> {
    let missing = missing_packages(root, packages);
    if missing.is_empty() {
        return Ok(());
    }
    say_missing(&missing);
    let names: Vec<&str> = missing.iter().map(|(package, _)| *package).collect();
    run_all(root, &plan(&names, &[], rights(root))?)
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

/// The commands that install `packages` and `tools`: none when nothing is missing.
/// Errors: `NoRights` when packages are missing and apt cannot be used.
fn plan(
    packages: &[&str],
    tools: &[CargoTool],
    rights: Rights,
) -> Result<Vec<CommandLine>, RunError> {
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
    commands.extend(tools.iter().map(|tool| {
        let (name, version) = (tool.name, tool.version);
        CommandLine::new(&format!("cargo install --locked {name}@{version}"))
    }));
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

/// Those that are not here in the wanted version; says which.
fn missing_tools(root: &Path, tools: &[CargoTool]) -> Vec<CargoTool> {
    let mut missing = tools.to_vec();
    missing.retain(|tool| {
        let command = tool.name.replacen('-', " ", 1);
        let said = CommandLine::new(&format!("{command} --version")).answer(root);
        !said.is_some_and(|text| is_wanted(&text, tool.version))
    });
    for tool in &missing {
        println!("missing: {} {} ({})", tool.name, tool.version, tool.use_for);
    }
    missing
}

fn is_wanted(version_line: &str, version: &str) -> bool {
    version_line.split_whitespace().nth(1) == Some(version)
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

    fn check(packages: &[&str], tools: &[CargoTool], rights: Rights, expected: &[&str]) {
        let shown: Vec<String> = match plan(packages, tools, rights) {
            Ok(commands) => commands.iter().map(CommandLine::shown).collect(),
            Err(error) => vec![error.code().to_owned()],
        };
        assert_eq!(shown, expected);
    }

    #[test]
    fn only_what_is_missing_is_installed() {
        check(&[], &[], Rights::Root, &[]);
        check(
            &[],
            &[CARGO_DENY],
            Rights::None,
            &["cargo install --locked cargo-deny@0.20.2"],
        );
        check(
            &["faketime"],
            &[],
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
            &[],
            Rights::Sudo,
            &[
                "sudo env DEBIAN_FRONTEND=noninteractive apt-get update",
                "sudo env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends faketime strace",
            ],
        );
        check(&["strace"], &[CARGO_DENY], Rights::None, &["no_rights"]);
    }

    #[test]
    fn a_removed_package_or_another_version_counts_as_missing() {
        assert!(is_installed(
            "Package: strace\nStatus: install ok installed\nVersion: 6.1"
        ));
        assert!(!is_installed("Status: deinstall ok config-files"));
        assert!(is_wanted("cargo-deny 0.20.2\n", "0.20.2"));
        assert!(!is_wanted("cargo-deny 0.19.0", "0.20.2"));
        assert!(!is_wanted("", "0.20.2"));
    }
}
