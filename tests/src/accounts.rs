//! The books: nothing is refused, nothing vanishes, and both sides show the same bytes.

use crate::answer::ValueExt;
use crate::office::Office;
use crate::tablet::Tablet;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// The four states that a recorded visit can be in.
pub const STATES: [&str; 4] = ["counted", "waiting", "held_back", "set_aside"];

/// Asks that a tablet and the server print the same bytes for the tablet's scope, that the digest is the
/// SHA-256 of these bytes, and that the tablet knows it.
#[track_caller]
pub fn assert_in_step(tablet: &Tablet, office: &Office) {
    let device = tablet.device_now();
    let (mine, theirs) = (tablet.dump(), office.dump_of(&device));
    if mine != theirs {
        panic!(
            "tablet {device} and server differ:\n{}",
            difference(&mine, &theirs)
        );
    }
    let (digest, expected) = (tablet.digest(), sha256(&mine));
    assert_eq!(
        digest["digest"], expected,
        "the digest is that of the printed bytes"
    );
    assert_eq!(
        digest,
        office.digest_of(&device),
        "digest and counts are the same on both sides"
    );
}

/// Asks that a tablet's books are balanced, and gives its visits by state.
#[track_caller]
pub fn assert_accounts(tablet: &Tablet) -> Value {
    let visits = tablet.status()["visits"].clone();
    assert_balanced(&visits);
    visits
}

/// Asks that the office's books are balanced: in sum, by market and by canvasser. Gives the totals.
///
/// What waits is only known as a number from a tablet's last report, so that a breakdown may leave it out.
#[track_caller]
pub fn assert_totals(office: &Office) -> Value {
    let totals = office.totals();
    assert_balanced(&totals);
    for breakdown in ["by_market", "by_canvasser"] {
        let rows = totals[breakdown]
            .as_object()
            .unwrap_or_else(|| panic!("{breakdown}: {totals}"));
        rows.values().for_each(assert_balanced);
        for state in ["counted", "held_back", "set_aside"] {
            let sum: u64 = rows.values().map(|row| row[state].number()).sum();
            assert_eq!(totals[state].number(), sum, "{state} {breakdown}: {totals}");
        }
    }
    totals
}

/// Asks that the office's totals are the sum of what the tablets know, all of which have sent everything, and
/// that the exported visits are the counted ones.
#[track_caller]
pub fn assert_agree(office: &Office, tablets: &[&Tablet]) -> Value {
    let totals = assert_totals(office);
    let statuses: Vec<Value> = tablets
        .iter()
        .map(|tablet| assert_accounts(tablet))
        .collect();
    for state in STATES.iter().chain(&["recorded"]) {
        let sum: u64 = statuses.iter().map(|visits| visits[*state].number()).sum();
        assert_eq!(
            totals[*state].number(),
            sum,
            "{state}: {totals} against {statuses:?}"
        );
    }
    assert_eq!(
        exported_visits(office),
        totals["counted"].number(),
        "{totals}"
    );
    totals
}

/// How many visits that count stand in the CSV export.
#[track_caller]
pub fn exported_visits(office: &Office) -> u64 {
    let (answer, bytes) = office.export("visits", "csv", &[]);
    let text = String::from_utf8(bytes).expect("the export is UTF-8");
    let mut rows = csv_rows(&text).into_iter();
    let heading = rows.next().expect("a heading");
    let outcome = heading
        .iter()
        .position(|name| name == "outcome")
        .unwrap_or_else(|| panic!("no outcome in {heading:?}"));
    let rows: Vec<Vec<String>> = rows.collect();
    assert_eq!(
        answer["rows"].number(),
        rows.len() as u64,
        "the answer says how many rows there are"
    );
    rows.iter().filter(|row| row[outcome] != "batal").count() as u64
}

/// Asks `recorded = counted + waiting + held_back + set_aside`.
#[track_caller]
pub fn assert_balanced(visits: &Value) {
    let sum: u64 = STATES.iter().map(|state| visits[*state].number()).sum();
    assert_eq!(visits["recorded"].number(), sum, "{visits}");
}

/// SHA-256 in lower-case hex.
pub fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Rows of a CSV text by RFC 4180; panics where it is not strict.
#[track_caller]
pub fn csv_rows(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut chars = text
        .strip_prefix('\u{feff}')
        .unwrap_or(text)
        .chars()
        .peekable();
    let mut quoted = false;
    while let Some(c) = chars.next() {
        match (quoted, c) {
            (true, '"') if chars.peek() == Some(&'"') => cell.extend(chars.next()),
            (true, '"') => {
                quoted = false;
                assert!(
                    matches!(chars.peek(), None | Some(',' | '\r' | '\n')),
                    "text after a closing quote in {row:?}"
                );
            }
            (true, c) => cell.push(c),
            (false, '"') => {
                assert!(cell.is_empty(), "a quote inside an open cell: {cell}");
                quoted = true;
            }
            (false, ',') => row.push(std::mem::take(&mut cell)),
            (false, '\r') => {}
            (false, '\n') => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            (false, c) => cell.push(c),
        }
    }
    assert!(!quoted, "the last cell is open");
    if !cell.is_empty() || !row.is_empty() {
        row.push(cell);
        rows.push(row);
    }
    rows
}

/// The lines that only one side has, few enough to read.
pub fn difference(mine: &str, theirs: &str) -> String {
    let only = |from: &str, other: &str, mark: &str| -> String {
        let known: std::collections::HashSet<&str> = other.lines().collect();
        let lines: Vec<String> = from
            .lines()
            .filter(|line| !known.contains(line))
            .map(|line| format!("{mark} {line}\n"))
            .collect();
        lines.iter().take(12).cloned().collect::<String>()
            + &format!("{mark} ({} in all)\n", lines.len())
    };
    only(mine, theirs, "tablet:") + &only(theirs, mine, "server:")
}
