//! Rules about the rooms of the house: no unsafe code in three of them, and no outside world in core.

use super::files::Files;
use super::manifests;
use super::texts::has_word;
use super::{Finding, rust_text};

const ROOMS_WITHOUT_UNSAFE: &[&str] = &["core", "tablet", "sync-server"];
const FORBID: &str = "#![forbid(unsafe_code)]";

/// Crates with files, sockets, clocks or random numbers in them.
const IO_CRATES: &[&str] = &["rusqlite", "reqwest", "axum", "tokio", "getrandom", "rand"];

/// The outside world in code. A whole campaign can be simulated and replayed only as long as core never asks for it.
const IO_WORDS: &[&str] = &[
    "std::fs",
    "std::net",
    "std::thread",
    "std::env",
    "std::process",
    "SystemTime",
    "Instant",
    "Utc::now",
    "Local::now",
];
/// Modules of `std` to find in `use std::{…}` too.
const IO_MODULES: &[&str] = &["fs", "net", "thread", "env", "process"];

/// Crate roots (lib.rs, main.rs, each file of src/bin) that allow unsafe code.
pub fn crate_roots_without_forbid(files: &Files) -> Vec<Finding> {
    files
        .with_extension("rs")
        .filter(|(path, _)| is_guarded_root(path))
        .filter(|(_, text)| !rust_text::read(text).code.contains(FORBID))
        .map(|(path, _)| Finding {
            path: path.to_owned(),
            line: 1,
            what: format!("`{FORBID}` is missing"),
        })
        .collect()
}

fn is_guarded_root(path: &str) -> bool {
    ROOMS_WITHOUT_UNSAFE.iter().any(|room| {
        let Some(inside) = path
            .strip_prefix(room)
            .and_then(|rest| rest.strip_prefix("/src/"))
        else {
            return false;
        };
        match inside.strip_prefix("bin/") {
            Some(binary) => !binary.contains('/') || binary.ends_with("/main.rs"),
            None => inside == "lib.rs" || inside == "main.rs",
        }
    })
}

/// Dependencies of core that reach the outside world, those of its tests too.
pub fn io_crates_of_core(files: &Files) -> Vec<Finding> {
    let path = "core/Cargo.toml";
    let entries = manifests::entries(files.text(path).unwrap_or_default());
    entries
        .iter()
        .filter(|entry| entry.begins_a_dependency())
        .filter(|entry| IO_CRATES.contains(&entry.crate_name()))
        .map(|entry| Finding {
            path: path.to_owned(),
            line: entry.line,
            what: format!("core depends on `{}`", entry.crate_name()),
        })
        .collect()
}

/// Code of core that reaches the outside world; its tests may.
pub fn io_words_in_core(files: &Files) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in files.with_extension("rs") {
        if !path.starts_with("core/src/") {
            continue;
        }
        let code = rust_text::read(text).code_without_tests();
        for (number, line) in code.lines().enumerate() {
            for word in IO_WORDS.iter().filter(|word| has_word(line, word)) {
                findings.push(found(path, number + 1, word));
            }
        }
        for (at, _) in code.match_indices("std::{") {
            let group = code.get(at..).unwrap_or_default();
            let group = group.split(';').next().unwrap_or_default();
            let line = code.get(..at).unwrap_or_default().matches('\n').count() + 1;
            for module in IO_MODULES.iter().filter(|module| has_word(group, module)) {
                findings.push(found(path, line, &format!("std::{module}")));
            }
        }
    }
    findings
}

fn found(path: &str, line: usize, word: &str) -> Finding {
    Finding {
        path: path.to_owned(),
        line,
        what: format!("`{word}` in core"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;

    #[test]
    fn crate_roots_of_three_rooms_forbid_unsafe_code() {
        let good = [
            ("core/src/lib.rs", "//! Core.\n#![forbid(unsafe_code)]"),
            ("core/src/merge.rs", "//! Merge."),
            ("tests/src/lib.rs", "//! Stories."),
        ];
        check(crate_roots_without_forbid, &good, &[]);
        let bad = [
            ("core/src/lib.rs", "//! Core.\n// #![forbid(unsafe_code)]"),
            ("sync-server/src/main.rs", "//! Server."),
            ("tablet/src/bin/tablet.rs", "//! Tablet."),
        ];
        check(
            crate_roots_without_forbid,
            &bad,
            &[
                "core/src/lib.rs:1 `#![forbid(unsafe_code)]` is missing",
                "sync-server/src/main.rs:1 `#![forbid(unsafe_code)]` is missing",
                "tablet/src/bin/tablet.rs:1 `#![forbid(unsafe_code)]` is missing",
            ],
        );
    }

    #[test]
    fn core_depends_on_pure_crates_only() {
        let manifest = |lines: &str| format!("[package]\nname = \"grebeg-core\"\n{lines}");
        let good = manifest("[dependencies]\nserde.workspace = true\n# rand is not here\n");
        check(io_crates_of_core, &[("core/Cargo.toml", &good)], &[]);
        let bad = manifest(
            "[dependencies]\nrand.workspace = true\n[dev-dependencies]\ntokio = { workspace = true }\n[dependencies.axum]\nworkspace = true\n",
        );
        check(
            io_crates_of_core,
            &[("core/Cargo.toml", &bad)],
            &[
                "core/Cargo.toml:4 core depends on `rand`",
                "core/Cargo.toml:6 core depends on `tokio`",
                "core/Cargo.toml:7 core depends on `axum`",
            ],
        );
    }

    #[test]
    fn core_takes_the_world_as_arguments() {
        let good = "//! No std::fs here.\nuse std::{collections::BTreeMap, fmt};\nstruct Instants;\n#[cfg(test)]\nmod tests { use std::fs; }";
        check(io_words_in_core, &[("core/src/a.rs", good)], &[]);
        check(
            io_words_in_core,
            &[("tablet/src/a.rs", "use std::fs;")],
            &[],
        );
        let bad = "use std::fs;\nlet t = Instant::now();\nuse std::{\n    fmt, net::TcpStream,\n};\nchrono::Utc::now()";
        check(
            io_words_in_core,
            &[("core/src/a.rs", bad)],
            &[
                "core/src/a.rs:1 `std::fs` in core",
                "core/src/a.rs:2 `Instant` in core",
                "core/src/a.rs:6 `Utc::now` in core",
                "core/src/a.rs:3 `std::net` in core",
            ],
        );
    }
}
