//! Rule about SQL: statements stand in .sql files, where they can be read, tried and reviewed as SQL.

use super::files::Files;
use super::{Finding, rust_text};

const ROOMS: &[&str] = &["tablet/", "sync-server/"];

/// Words that follow a verb in an English sentence and never in a statement.
const ARTICLES: &[&str] = &["a", "an", "the", "one", "your", "this", "that", "it"];

/// Rust strings of tablet and sync-server that look like a statement. Tests may have them; pragmas are settings.
pub fn statements_in_rust(files: &Files) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in files.with_extension("rs") {
        let in_room = ROOMS.iter().any(|room| path.starts_with(room));
        if !in_room || is_test_file(path) {
            continue;
        }
        for (line, content) in rust_text::read(text).strings_without_tests() {
            if is_statement(content) {
                findings.push(Finding {
                    path: path.to_owned(),
                    line,
                    what: format!("statement in a string: {:?}", beginning(content)),
                });
            }
        }
    }
    findings
}

fn is_test_file(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    path.contains("/tests/")
        || path.contains("/benches/")
        || name == "tests.rs"
        || name.ends_with("_tests.rs")
        || name.ends_with("_test.rs")
}

fn beginning(content: &str) -> String {
    let words: Vec<_> = content.split_whitespace().take(4).collect();
    words.join(" ")
}

/// Whether a string starts as a statement does, in lower or upper case; English sentences such as "select a market" are none.
fn is_statement(content: &str) -> bool {
    // A backslash or `\n` at a line's end belongs to the Rust literal.
    let plain = content.replace("\\n", " ").replace('\\', " ");
    let mut words = plain.split_whitespace();
    let (first, second) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    );
    let is_lower = first.chars().all(|c| c.is_ascii_lowercase());
    let is_upper = first.chars().all(|c| c.is_ascii_uppercase());
    if !is_lower && !is_upper {
        return false;
    }
    let third = words.next().unwrap_or_default().to_ascii_lowercase();
    let second = second.to_ascii_lowercase();
    if ARTICLES.contains(&second.as_str()) {
        return false;
    }
    let has_from = format!(" {plain} ")
        .to_ascii_lowercase()
        .split_whitespace()
        .any(|word| word == "from");
    match first.to_ascii_lowercase().as_str() {
        "select" => {
            has_from
                || second.contains(['(', '*', ':', '?', '{'])
                || second.starts_with(|c: char| c.is_ascii_digit())
        }
        "insert" | "replace" => matches!(second.as_str(), "into" | "or"),
        "update" => third == "set" || second == "or",
        "delete" => second == "from" && !ARTICLES.contains(&third.as_str()),
        "create" | "alter" | "drop" => {
            matches!(
                second.as_str(),
                "table"
                    | "index"
                    | "unique"
                    | "view"
                    | "trigger"
                    | "virtual"
                    | "temp"
                    | "temporary"
            )
        }
        "with" => third == "as" || second == "recursive",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;

    #[test]
    fn statements_are_told_from_sentences() {
        for statement in [
            "select stall from trader",
            "SELECT count(*) FROM t",
            "select 1",
            "\n  select *\n  from x",
            "select {columns} \\\n from x",
            "insert into outbox values (:n)",
            "INSERT OR IGNORE INTO t",
            "update trader set stall = :stall",
            "delete from outbox where n = :n",
            "create table x (n integer) strict",
            "create unique index x on y (z)",
            "with x as (select 1) select * from x",
        ] {
            assert!(is_statement(statement), "{statement}");
        }
        for sentence in [
            "select a market from the list",
            "select one market",
            "delete videos or sent photos, then save again",
            "delete from the tablet what was sent",
            "update the app, then sync",
            "create a backup first",
            "insert",
            "Select stall from trader",
            "pragma journal_mode = wal",
            "selected stall from trader",
            "begin immediate",
            "",
        ] {
            assert!(!is_statement(sentence), "{sentence}");
        }
    }

    #[test]
    fn statements_stand_in_sql_files() {
        let statement = "let q = \"select n from outbox\";";
        let in_test = format!("#[cfg(test)]\nmod tests {{ fn a() {{ {statement} }} }}");
        check(
            statements_in_rust,
            &[
                ("core/src/a.rs", statement),
                ("tablet/tests/a.rs", statement),
                ("tablet/src/store/tests.rs", statement),
                ("tablet/src/a.rs", &in_test),
                ("tablet/src/b.rs", "// \"select n from outbox\""),
                ("tablet/src/c.rs", "include_str!(\"../sql/select.sql\")"),
                ("tablet/sql/a.sql", "select n from outbox"),
            ],
            &[],
        );
        let expected = ["tablet/src/a.rs:2 statement in a string: \"select n from outbox\""];
        let bad = format!("//! A.\n{statement}");
        check(statements_in_rust, &[("tablet/src/a.rs", &bad)], &expected);
    }
}
