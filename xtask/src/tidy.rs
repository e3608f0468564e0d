//! `cargo xtask tidy`: the house rules that we really mean, as small checks that say how to repair.
//!
//! A rule is one entry of `RULES`: its name, the way to repair a finding, and a function from the files to findings.

mod architecture;
mod files;
mod manifests;
mod places;
mod rooms;
mod rust_text;
mod sql;
mod texts;

use std::path::Path;
use std::process::ExitCode;

use crate::run::RunError;
use files::Files;

/// A place that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Path from the workspace root.
    path: String,
    /// Line from 1; 0 when the file as a whole is meant.
    line: usize,
    /// What stands there.
    what: String,
}

/// A house rule.
struct Rule {
    name: &'static str,
    repair: &'static str,
    find: fn(&Files) -> Vec<Finding>,
}

const RULES: &[Rule] = &[
    Rule {
        name: "first line",
        repair: "begin the file with `//!` and a sentence that tells a stranger what it is for",
        find: texts::missing_first_lines,
    },
    Rule {
        name: "file length",
        repair: "cut the file by subject; most of ours have 80 to 200 lines",
        find: texts::long_files,
    },
    Rule {
        name: "unfinished code",
        repair: "finish it, return an error with a code, or assert the known result as it is",
        find: texts::unfinished_code,
    },
    Rule {
        name: "no unsafe code",
        repair: "write `#![forbid(unsafe_code)]` below the file's `//!` lines",
        find: rooms::crate_roots_without_forbid,
    },
    Rule {
        name: "core is pure: crates",
        repair: "keep I/O in tablet or sync-server, and hand its results to core as arguments",
        find: rooms::io_crates_of_core,
    },
    Rule {
        name: "core is pure: code",
        repair: "take the value (bytes, time, random number) as an argument",
        find: rooms::io_words_in_core,
    },
    Rule {
        name: "SQL in files",
        repair: "move the statement to a .sql file of the room and take it in with include_str!",
        find: sql::statements_in_rust,
    },
    Rule {
        name: "versions in one place",
        repair: "write the version in [workspace.dependencies] of the root Cargo.toml, and `NAME.workspace = true` here",
        find: manifests::versions_in_members,
    },
    Rule {
        name: "version in CHANGELOG",
        repair: "add a heading `## VERSION` to CHANGELOG.md that tells what changes for whom",
        find: manifests::version_without_changes,
    },
    Rule {
        name: "ARCHITECTURE.md names what exists",
        repair: "name the file's new place, or leave the name out",
        find: architecture::absent_paths,
    },
    Rule {
        name: "no places of one machine",
        repair: "use a path from the workspace root, a temporary folder or an argument; leave hosts to the developer's own configuration (npm: `omit-lockfile-registry-resolved=true` in ui/.npmrc)",
        find: places::machine_places,
    },
];

/// Checks every rule; exit code 1 when there is a finding.
pub fn run(root: &Path) -> Result<ExitCode, RunError> {
    Ok(ExitCode::from(u8::from(!is_tidy(root))))
}

/// Checks every rule, prints the findings, and tells whether there was none.
pub fn is_tidy(root: &Path) -> bool {
    let files = Files::of_workspace(root);
    let mut count = 0;
    for rule in RULES {
        let findings = (rule.find)(&files);
        count += findings.len();
        for finding in &findings {
            println!("{}", shown(rule, finding));
        }
    }
    println!(
        "{} rules, {} files, {count} findings",
        RULES.len(),
        files.count()
    );
    count == 0
}

fn shown(rule: &Rule, finding: &Finding) -> String {
    let Finding { path, line, what } = finding;
    let place = match line {
        0 => path.clone(),
        line => format!("{path}:{line}"),
    };
    format!(
        "{place}: {what} [{}]\n    repair: {}",
        rule.name, rule.repair
    )
}

/// Compares findings, written `path:line what`, with the expected ones.
#[cfg(test)]
fn check(find: fn(&Files) -> Vec<Finding>, files: &[(&str, &str)], expected: &[&str]) {
    let found: Vec<String> = find(&Files::from_texts(files))
        .iter()
        .map(|finding| format!("{}:{} {}", finding.path, finding.line, finding.what))
        .collect();
    assert_eq!(found, expected);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_says_where_what_and_how_to_repair() {
        let finding = Finding {
            path: "core/src/x.rs".to_owned(),
            line: 7,
            what: "`dbg!`".to_owned(),
        };
        let text = shown(&RULES[2], &finding);
        assert!(text.starts_with("core/src/x.rs:7: `dbg!` [unfinished code]"));
        assert!(text.contains("repair: finish it"));
    }

    #[test]
    fn rules_have_different_names() {
        let mut names: Vec<_> = RULES.iter().map(|rule| rule.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), RULES.len());
    }
}
