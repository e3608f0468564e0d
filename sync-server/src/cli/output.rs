//! Printing: JSON for programs, lines for people, errors with what, why and what next.

use super::Common;
use crate::office::error::OfficeError;
use serde_json::{Value as Json, json};
use std::io::Write;
use std::process::ExitCode;

/// Prints a failure; exit code 1.
pub fn failed(common: &Common, error: &OfficeError) -> ExitCode {
    if common.json && !matches!(error, OfficeError::Answered { .. }) {
        say(&json!({ "error": { "code": error.code(), "message": error.to_string(), "hint": error.hint() } }).to_string());
    }
    warn(&format!("error: {error}\n  {}", error.hint()));
    ExitCode::from(1)
}

/// One line on stderr, which may be closed or full like any file.
pub fn warn(line: &str) {
    let _nobody_reads = writeln!(std::io::stderr().lock(), "{line}");
}

/// One line on stdout; a reader that has gone is no failure of ours.
pub fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _closed = out
        .write_all(line.as_bytes())
        .and_then(|()| out.write_all(b"\n"))
        .and_then(|()| out.flush());
}

/// The JSON document, or the same as lines for a person.
pub fn show(common: &Common, answer: &Json) {
    if common.json {
        return say(&answer.to_string());
    }
    match answer {
        Json::Array(list) if list.is_empty() => say("(none)"),
        Json::Array(list) => list.iter().for_each(|entry| say(&one_line(entry))),
        Json::Object(map) => map
            .iter()
            .for_each(|(name, value)| say(&format!("{name}: {}", plain(value)))),
        other => say(&plain(other)),
    }
}

fn one_line(entry: &Json) -> String {
    match entry {
        Json::Object(map) => map
            .iter()
            .map(|(name, value)| format!("{name}={}", plain(value)))
            .collect::<Vec<_>>()
            .join("  "),
        other => plain(other),
    }
}

fn plain(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Null => "-".to_owned(),
        other => other.to_string(),
    }
}
