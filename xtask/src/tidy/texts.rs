//! Rules about source files as texts: first line, length, unfinished code.

use super::files::Files;
use super::{Finding, rust_text};

/// Longest source file, in lines.
const LINES_MAX: usize = 700;
const SHORT_FILES: &[&str] = &["rs", "ts", "svelte"];

/// Words of code that is not finished, and of tests that are skipped.
const UNFINISHED: &[&str] = &["todo!", "unimplemented!", "dbg!", "#[ignore", ", ignore)]"];

/// Rust files that do not start with a `//!` line.
pub fn missing_first_lines(files: &Files) -> Vec<Finding> {
    files
        .with_extension("rs")
        .filter(|(_, text)| !says_what_it_is_for(text))
        .map(|(path, _)| Finding {
            path: path.to_owned(),
            line: 1,
            what: "the file does not say what it is for".to_owned(),
        })
        .collect()
}

fn says_what_it_is_for(text: &str) -> bool {
    text.lines()
        .next()
        .and_then(|line| line.strip_prefix("//!"))
        .is_some_and(|words| !words.trim().is_empty())
}

/// Source files of more than `LINES_MAX` lines.
pub fn long_files(files: &Files) -> Vec<Finding> {
    SHORT_FILES
        .iter()
        .flat_map(|extension| files.with_extension(extension))
        .filter_map(|(path, text)| {
            let lines = text.lines().count();
            (lines > LINES_MAX).then(|| Finding {
                path: path.to_owned(),
                line: 0,
                what: format!("{lines} lines, more than {LINES_MAX}"),
            })
        })
        .collect()
}

/// Code with a word of `UNFINISHED`, in tests too.
pub fn unfinished_code(files: &Files) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in files.with_extension("rs") {
        for (number, line) in rust_text::read(text).code.lines().enumerate() {
            for word in UNFINISHED.iter().filter(|word| has_word(line, word)) {
                findings.push(Finding {
                    path: path.to_owned(),
                    line: number + 1,
                    what: format!("`{word}`"),
                });
            }
        }
    }
    findings
}

/// Whether `word` stands in `line` without being the end or the start of a longer name.
pub fn has_word(line: &str, word: &str) -> bool {
    let in_name = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        let after = line
            .get(at + word.len()..)
            .and_then(|text| text.chars().next());
        let starts_inside = word.starts_with(in_name) && before.is_some_and(in_name);
        let ends_inside = word.ends_with(in_name) && after.is_some_and(in_name);
        !starts_inside && !ends_inside
    })
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;

    #[test]
    fn a_file_begins_by_saying_what_it_is_for() {
        let good = [("a.rs", "//! What a is for.\nfn a() {}"), ("b.md", "b")];
        check(missing_first_lines, &good, &[]);
        for bad in ["fn a() {}", "", "\n//! Late.", "//!\nfn a() {}", "// One."] {
            let expected = ["a.rs:1 the file does not say what it is for"];
            check(missing_first_lines, &[("a.rs", bad)], &expected);
        }
    }

    #[test]
    fn a_file_has_at_most_700_lines() {
        let (good, bad) = ("x\n".repeat(700), "x\n".repeat(701));
        check(long_files, &[("a.rs", &good), ("b.md", &bad)], &[]);
        check(
            long_files,
            &[("a.ts", &bad), ("b.svelte", &bad)],
            &[
                "a.ts:0 701 lines, more than 700",
                "b.svelte:0 701 lines, more than 700",
            ],
        );
    }

    #[test]
    fn unfinished_code_and_skipped_tests_are_found() {
        let good = "//! Says todo!\nfn a() { f(\"dbg!(x)\"); my_dbg!(x); }";
        check(unfinished_code, &[("a.rs", good)], &[]);
        let bad = "\nfn a() { todo!() }\nfn b() { dbg!(1); unimplemented!() }\n#[ignore = \"slow\"]\n#[cfg_attr(unix, ignore)]";
        check(
            unfinished_code,
            &[("a.rs", bad)],
            &[
                "a.rs:2 `todo!`",
                "a.rs:3 `unimplemented!`",
                "a.rs:3 `dbg!`",
                "a.rs:4 `#[ignore`",
                "a.rs:5 `, ignore)]`",
            ],
        );
    }
}
