//! Rule about ARCHITECTURE.md: each path that it names exists, because such pages rot quietly.

use super::Finding;
use super::files::Files;

const PAGE: &str = "ARCHITECTURE.md";
const FILE_ENDINGS: &[&str] = &[".rs", ".md", ".sql", ".json", ".toml", ".svelte", ".ts"];
/// Words with a slash that are no paths: kinds of content and what is built.
const NO_PATHS: &[&str] = &["application/", "text/", "image/", "target/", "demo-data/"];

/// Paths in backticks on the page that no file of ours has. A path may start at the root or at any folder.
pub fn absent_paths(files: &Files) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut inside_block = false;
    for (number, line) in files.text(PAGE).unwrap_or_default().lines().enumerate() {
        if line.trim_start().starts_with("```") {
            inside_block = !inside_block;
            continue;
        }
        if inside_block {
            continue;
        }
        for word in line.split('`').skip(1).step_by(2) {
            for path in named_paths(word) {
                if !exists(files, &path) {
                    findings.push(Finding {
                        path: PAGE.to_owned(),
                        line: number + 1,
                        what: format!("`{path}` does not exist"),
                    });
                }
            }
        }
    }
    findings
}

/// The paths that a word in backticks names: none for code, endpoints and time zones, several for `merge/{plan,apply}.rs`.
fn named_paths(word: &str) -> Vec<String> {
    let word = match word.rsplit_once(':') {
        Some((path, line)) if line.parse::<u32>().is_ok() => path,
        _ => word,
    };
    let is_file = FILE_ENDINGS.iter().any(|ending| word.ends_with(ending));
    let is_folder =
        word.contains('/') && word.starts_with(|c: char| c.is_ascii_lowercase() || c == '.');
    let is_other = word.starts_with(['/', '~', '-'])
        || word.contains("::")
        || word.contains("//")
        || word.contains(|c: char| c.is_whitespace() || "<>*=?$()\"'#…".contains(c))
        || NO_PATHS.iter().any(|start| word.starts_with(start));
    if is_other || !(is_file || is_folder) {
        return Vec::new();
    }
    let parts = word.split_once('{').and_then(|(before, rest)| {
        rest.split_once('}')
            .map(|(names, after)| (before, names, after))
    });
    match parts {
        Some((before, names, after)) => names
            .split(',')
            .map(|name| format!("{before}{name}{after}"))
            .collect(),
        None => vec![word.to_owned()],
    }
}

fn exists(files: &Files, path: &str) -> bool {
    let path = path.trim_start_matches("./").trim_end_matches('/');
    let inside = format!("/{path}/");
    files
        .all()
        .any(|(found, _)| format!("/{found}/").contains(&inside))
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;

    #[test]
    fn the_page_names_what_exists() {
        let files = |page| {
            [
                (PAGE, page),
                ("core/src/merge/plan.rs", ""),
                ("core/src/merge/apply.rs", ""),
            ]
        };
        for good in [
            "See `core/`, `core/src/merge`, `merge/{plan,apply}.rs:12` and `plan.rs`.",
            "Endpoints `/v1/sync`, `POST /v1/sync`; zone `Asia/Jakarta`; `application/json`; `std::fs`.",
            "```\n`old/place.rs`\n```",
            "A pattern: `sql/*/x.sql`, `<room>/src`. No backticks: old/place.rs",
        ] {
            check(absent_paths, &files(good), &[]);
        }
        check(
            absent_paths,
            &files("# A\n`core/old.rs`, `gone.sql`, `merge/{plan,undo}.rs`"),
            &[
                "ARCHITECTURE.md:2 `core/old.rs` does not exist",
                "ARCHITECTURE.md:2 `gone.sql` does not exist",
                "ARCHITECTURE.md:2 `merge/undo.rs` does not exist",
            ],
        );
        check(absent_paths, &[("README.md", "`gone.sql`")], &[]);
    }
}
