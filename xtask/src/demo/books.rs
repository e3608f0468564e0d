//! The books of office and tablets side by side, and what explains the difference between them.

use serde_json::Value;

use crate::run::RunError;

use super::calls::Programs;
use super::office::CAMPAIGN;
use super::team::Tablet;

const STATES: [&str; 5] = ["recorded", "counted", "waiting", "held_back", "set_aside"];

/// One line of the books: who says it, and visits by state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub who: String,
    pub visits: [u64; 5],
}

/// What the office and the tablets say at one moment.
#[derive(Debug, Clone)]
pub struct Books {
    office: Line,
    tablets: Vec<Line>,
    /// Letters of the tablets that have not told the close of the day.
    not_sent: Vec<char>,
}

/// Asks the office and every tablet.
pub fn take(programs: &Programs, tablets: &[Tablet]) -> Result<Books, RunError> {
    let totals = programs
        .office(&["totals", "--campaign", CAMPAIGN])
        .json()?;
    let not_sent: Vec<&str> = totals["tablets_not_sent"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(device_of)
        .collect();
    let mut lines = Vec::new();
    for tablet in tablets {
        let status = programs.tablet(&tablet.home, &["status"]).quiet_json()?;
        let who = format!("tablet {} ({})", tablet.letter, tablet.name);
        lines.push(line(who, &status["visits"]));
    }
    Ok(Books {
        office: line("office".to_owned(), &totals),
        tablets: lines,
        not_sent: tablets
            .iter()
            .filter(|tablet| not_sent.contains(&tablet.device.as_str()))
            .map(|tablet| tablet.letter)
            .collect(),
    })
}

/// A tablet in `tablets_not_sent`: its id, alone or with more about it.
fn device_of(entry: &Value) -> Option<&str> {
    entry.as_str().or_else(|| entry["device_id"].as_str())
}

fn line(who: String, visits: &Value) -> Line {
    Line {
        who,
        visits: STATES.map(|state| visits[state].as_u64().unwrap_or(0)),
    }
}

/// The books as a table.
pub fn table(books: &Books) -> String {
    let mut text = format!("{:<34}", "visits");
    for state in STATES {
        text.push_str(&format!("{state:>10}"));
    }
    for line in std::iter::once(&books.office).chain(&books.tablets) {
        text.push_str(&format!("\n{:<34}", line.who));
        for count in line.visits {
            text.push_str(&format!("{count:>10}"));
        }
    }
    text.push('\n');
    text
}

/// Why the office knows fewer visits than the tablets recorded, in words.
pub fn explained(books: &Books) -> String {
    let [on_tablets, _, waiting, ..] = sum(&books.tablets);
    let known = books.office.visits.first().copied().unwrap_or(0);
    let mut text = format!(
        "The tablets recorded {on_tablets} visits, the office knows of {known}: \
         {waiting} wait on tablets.",
    );
    for letter in &books.not_sent {
        text.push_str(&format!("\nTablet {letter} has not sent its day."));
    }
    if books.not_sent.is_empty() {
        text.push_str("\nEvery tablet has sent its day.");
    } else {
        text.push_str(" So the office's totals are provisional.");
    }
    text.push('\n');
    text
}

fn sum(lines: &[Line]) -> [u64; 5] {
    let mut all = [0; 5];
    for line in lines {
        for (whole, part) in all.iter_mut().zip(line.visits) {
            *whole += part;
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn books(office: [u64; 5], a: [u64; 5], b: [u64; 5], not_sent: &[char]) -> Books {
        let line = |who: &str, visits| Line {
            who: who.to_owned(),
            visits,
        };
        Books {
            office: line("office", office),
            tablets: vec![line("tablet A", a), line("tablet B", b)],
            not_sent: not_sent.to_vec(),
        }
    }

    #[test]
    fn the_difference_is_what_waits_on_the_tablet_that_has_not_sent() {
        let books = books(
            [30, 29, 0, 0, 1],
            [30, 29, 0, 0, 1],
            [30, 0, 30, 0, 0],
            &['B'],
        );
        assert_eq!(
            explained(&books),
            "The tablets recorded 60 visits, the office knows of 30: 30 wait on tablets.\n\
             Tablet B has not sent its day. So the office's totals are provisional.\n"
        );
    }

    #[test]
    fn the_table_has_a_line_for_each_side() {
        let text = table(&books(
            [1, 1, 0, 0, 0],
            [1, 1, 0, 0, 0],
            [2, 0, 2, 0, 0],
            &['B'],
        ));
        assert_eq!(text.lines().count(), 4);
        assert!(text.lines().nth(3).unwrap().starts_with("tablet B"));
    }
}
