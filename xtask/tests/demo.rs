//! The demonstration from its first line to its last, small, and what it leaves behind.

use std::path::Path;
use std::process::{Command, Output};

fn demo(folder: &Path, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args([
            "demo",
            "--once",
            "--traders",
            "120",
            "--visits",
            "5",
            "--folder",
        ])
        .arg(folder)
        .args(words)
        .output()
        .expect("xtask can be run")
}

fn shown(output: &Output) -> String {
    let parts = [&output.stdout, &output.stderr];
    parts
        .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
        .concat()
}

/// The counts of a line of the books, the last one that begins so.
fn books(text: &str, who: &str) -> Vec<u64> {
    let line = text
        .lines()
        .rfind(|line| line.starts_with(who))
        .unwrap_or_default();
    let counts = line.split_whitespace().rev().take(5);
    let mut counts: Vec<u64> = counts.filter_map(|word| word.parse().ok()).collect();
    counts.reverse();
    counts
}

#[test]
fn it_shows_why_the_totals_differ_and_leaves_nothing_running() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("demo");
    let output = demo(&folder, &[]);
    let text = shown(&output);
    assert!(output.status.success(), "{text}");
    assert_eq!(books(&text, "office "), [5, 4, 0, 0, 1], "{text}");
    assert_eq!(books(&text, "tablet B ("), [5, 0, 5, 0, 0], "{text}");
    assert!(text.contains("Tablet B has not sent its day."), "{text}");
    assert!(text.contains("\n6. "), "{text}");
    let pid = text.split_once("Stopping the server (process ").unwrap().1;
    let pid = pid.split_once(')').unwrap().0;
    let alive = Command::new("kill").args(["-0", pid]).output().unwrap();
    assert!(!alive.status.success(), "the server {pid} still runs");

    let again = shown(&demo(&folder, &["--keep"]));
    assert_eq!(books(&again, "office "), [10, 8, 0, 0, 2], "{again}");
    assert_eq!(books(&again, "tablet B ("), [10, 0, 10, 0, 0], "{again}");
}

#[test]
fn a_folder_of_somebody_else_is_not_touched() {
    let place = tempfile::tempdir().unwrap();
    std::fs::write(place.path().join("letter.txt"), "dear").unwrap();
    let output = demo(place.path(), &[]);
    let text = shown(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("not_ours"), "{text}");
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 1);
}
