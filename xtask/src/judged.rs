//! The parts of core whose tests are themselves tested: by mutants, and by the branches that they take.

use std::path::Path;

/// One part: its name, and its files and folders (with a slash at the end) below the workspace.
pub struct Part {
    pub name: &'static str,
    pub paths: &'static [&'static str],
}

/// What decides whether a visit is lost, doubled or counted.
pub const PARTS: &[Part] = &[
    Part {
        name: "merge",
        paths: &[
            "core/src/merge/",
            "core/src/register.rs",
            "core/src/digest.rs",
        ],
    },
    Part {
        name: "clock",
        paths: &["core/src/stamp.rs"],
    },
    Part {
        // Both machines, and who may write what: why a change is held back.
        name: "sync",
        paths: &["core/src/sync/"],
    },
    Part {
        name: "rules",
        paths: &["core/src/rules/"],
    },
];

/// What is in those folders and is no part: tests, and the store in memory, which only tests and the simulator have.
const LEFT_OUT: &[&str] = &[
    "tests.rs",
    "_tests.rs",
    "/tests/",
    "core/src/sync/memory.rs",
];

impl Part {
    /// Whether a file, named from the workspace, belongs to it.
    pub fn has(&self, file: &str) -> bool {
        let below = |path: &str| {
            if path.ends_with('/') {
                file.starts_with(path)
            } else {
                file == path
            }
        };
        self.paths.iter().any(|path| below(path)) && !is_left_out(file)
    }

    /// Its files, named from the workspace, in the order of names.
    pub fn files(&self, root: &Path) -> std::io::Result<Vec<String>> {
        let mut files = Vec::new();
        for path in self.paths {
            files_below(root, path.trim_end_matches('/'), &mut files)?;
        }
        files.retain(|file| self.has(file));
        files.sort();
        Ok(files)
    }

    /// Its files as patterns, where `**` stands for any folders.
    pub fn globs(&self) -> impl Iterator<Item = String> {
        self.paths.iter().map(|path| match path.strip_suffix('/') {
            Some(folder) => format!("{folder}/**/*.rs"),
            None => (*path).to_owned(),
        })
    }
}

fn files_below(root: &Path, path: &str, files: &mut Vec<String>) -> std::io::Result<()> {
    if !root.join(path).is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in root.join(path).read_dir()? {
        let name = entry?.file_name();
        files_below(root, &format!("{path}/{}", name.to_string_lossy()), files)?;
    }
    Ok(())
}

fn is_left_out(file: &str) -> bool {
    LEFT_OUT
        .iter()
        .any(|end| file.ends_with(end) || end.ends_with('/') && file.contains(end))
}

/// What is left out, as patterns.
pub fn globs_left_out() -> [&'static str; 3] {
    ["**/*tests.rs", "**/tests/**", "core/src/sync/memory.rs"]
}

/// The lines of a file (from 1) that only a planted bug runs: in every other build nothing reaches them, so that no test can
/// notice what is wrong there.
pub fn planted_lines(text: &str) -> Vec<usize> {
    let mut lines = Vec::new();
    let mut end: Option<String> = None;
    for (number, line) in (1..).zip(text.lines()) {
        if end.as_ref().is_some_and(|end| line.starts_with(end)) {
            end = None;
        } else if end.is_none() && line.contains("if planted::alive(") && line.ends_with('{') {
            let indent = line.chars().take_while(|c| *c == ' ').count();
            end = Some(format!("{}}}", " ".repeat(indent)));
        }
        if end.is_some() {
            lines.push(number);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_belongs_to_the_part_that_names_it_or_its_folder() {
        let of = |file: &str| {
            let part = PARTS.iter().find(|part| part.has(file));
            part.map(|part| part.name)
        };
        assert_eq!(of("core/src/merge/plan.rs"), Some("merge"));
        assert_eq!(of("core/src/rules/visit_checks/day.rs"), Some("rules"));
        assert_eq!(of("core/src/stamp.rs"), Some("clock"));
        for other in [
            "core/src/merge/tests.rs",
            "core/src/sync/tests/stories.rs",
            "core/src/rules/stall_tests.rs",
            "core/src/sync/memory.rs",
            "core/src/value.rs",
        ] {
            assert_eq!(of(other), None, "{other}");
        }
    }

    #[test]
    fn what_is_planted_ends_with_its_brace() {
        let text = "fn a() {\n    let last = if planted::alive(Bug::A) {\n        0\n    } else {\n        1\n    };\n\
                    \x20   if b && !planted::alive(Bug::B) {\n        2\n    }\n}\n";
        assert_eq!(planted_lines(text), [2, 3]);
    }

    #[test]
    fn every_path_is_there() {
        let root = crate::root::workspace_root();
        for part in PARTS {
            for path in part.paths {
                assert!(root.join(path).exists(), "{path}");
            }
            assert!(!part.files(&root).unwrap().is_empty(), "{}", part.name);
        }
    }
}
