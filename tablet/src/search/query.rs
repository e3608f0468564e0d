//! Reads what a person typed and says it in the language of the index; nothing typed ever reaches that language unquoted.

use super::fold::{Piece, is_honorific, number, pieces, spelling};
use super::{phone, stall};

/// Characters read of one query; longer than any name that can be saved.
const QUERY_CHARS_MAX: usize = 240;
/// Conditions taken from one query; what comes after is left out of account.
const CLAUSES_MAX: usize = 16;

/// One condition on a trader. Each field holds alternatives, written as index expressions.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Clause {
    /// The word, number or stall as a whole.
    pub exact: Vec<String>,
    /// Beginnings and parts, in addition to `exact`.
    pub partly: Vec<String>,
    /// Digits of a phone number or a part of one, among which a wrong digit may be forgiven.
    pub digits: Option<String>,
    /// Letters as typed, when a wrong letter in them may be forgiven.
    pub correctable: Option<String>,
}

/// Conditions of a query; all must hold. Empty when nothing was typed that can be looked for.
pub fn parse(query: &str) -> Vec<Clause> {
    let query: String = query.chars().take(QUERY_CHARS_MAX).collect();
    let all = pieces(&query);
    let has_words = all
        .iter()
        .any(|piece| !matches!(piece, Piece::Sign { weak: true, .. }));
    let mut clauses = Vec::new();
    // Words and numbers, with signs in between left out: "b-12" is a letter beside a number.
    let mut words = Vec::new();
    for piece in all {
        match piece {
            Piece::Sign { token, weak } if !weak || !has_words => clauses.push(Clause {
                exact: vec![quoted(&token)],
                ..Clause::default()
            }),
            Piece::Sign { .. } => {}
            other => words.push(other),
        }
    }
    let only_honorifics = words
        .iter()
        .all(|piece| matches!(piece, Piece::Letters { text, .. } if is_honorific(text)));
    let mut at = 0;
    while let Some(piece) = words.get(at) {
        let rest = words.get(at + 1..).unwrap_or_default();
        let taken = match piece {
            Piece::Letters { text, .. } => letters(text, rest, only_honorifics, &mut clauses),
            Piece::Number { digits, .. } => numbers(digits, rest, &mut clauses),
            Piece::Sign { .. } => 0,
        };
        at += 1 + taken;
    }
    clauses.truncate(CLAUSES_MAX);
    clauses
}

/// Reads a word and what belongs to it; gives the number of further pieces it took.
fn letters(text: &str, rest: &[Piece], only_honorifics: bool, clauses: &mut Vec<Clause>) -> usize {
    if stall::is_block_word(text) {
        if let [Piece::Letters { text: block, .. }, more @ ..] = rest
            && stall::is_block_name(block)
        {
            clauses.push(Clause {
                exact: vec![format!("\"blok {block}\"")],
                ..Clause::default()
            });
            return match stall_number(more) {
                Some((number, suffix, taken)) => {
                    clauses.push(joined(block, &number, &suffix, None));
                    1 + taken
                }
                None => 1,
            };
        }
        clauses.push(Clause {
            exact: vec![quoted("blok")],
            ..Clause::default()
        });
        return 0;
    }
    if stall::is_block_letter(text)
        && let Some((number, suffix, taken)) = stall_number(rest)
    {
        // "bu 12" may be a woman at stall 12 as well as a block: both readings count.
        let apart = if is_honorific(text) {
            None
        } else {
            Some(any(&word(text)))
        };
        clauses.push(joined(text, &number, &suffix, Some(apart)));
        return taken;
    }
    if stall::is_number_word(text) && matches!(rest.first(), Some(Piece::Number { .. })) {
        return 0;
    }
    if only_honorifics || !is_honorific(text) {
        clauses.push(word(text));
    }
    0
}

/// Number of a stall at the beginning of `rest`, with a letter that belongs to it, and how many pieces they take.
fn stall_number(rest: &[Piece]) -> Option<(String, String, usize)> {
    let (rest, skipped) = match rest {
        [Piece::Letters { text, .. }, more @ ..] if stall::is_number_word(text) => (more, 1),
        _ => (rest, 0),
    };
    let [Piece::Number { digits, .. }, more @ ..] = rest else {
        return None;
    };
    let number = number(digits).to_owned();
    match number_suffix(more) {
        Some(suffix) => Some((number, suffix.to_owned(), skipped + 2)),
        None => Some((number, String::new(), skipped + 1)),
    }
}

fn number_suffix(rest: &[Piece]) -> Option<&str> {
    match rest {
        [Piece::Letters { .. }, Piece::Number { .. }, ..] => None,
        [Piece::Letters { text, .. }, ..] if text.len() == 1 || text == "bis" => Some(text),
        _ => None,
    }
}

/// A stall with block and number. `apart`: `Some` allows the number alone too, together with the inner expression if any.
fn joined(block: &str, number: &str, suffix: &str, apart: Option<Option<String>>) -> Clause {
    let whole = format!("{block}{number}{suffix}");
    let mut clause = Clause {
        exact: vec![quoted(&whole)],
        partly: vec![starting(&whole)],
        ..Clause::default()
    };
    if let Some(other) = apart {
        let mut parts: Vec<String> = other.into_iter().collect();
        parts.push(starting(number));
        if !suffix.is_empty() {
            parts.push(any(&word(suffix)));
        }
        clause.partly.push(format!("({})", parts.join(" AND ")));
    }
    clause
}

/// Reads a number and what belongs to it; gives the number of further pieces it took.
fn numbers(digits: &str, rest: &[Piece], clauses: &mut Vec<Clause>) -> usize {
    let mut together = digits.to_owned();
    let mut groups = vec![digits];
    for piece in rest {
        let Piece::Number { digits, .. } = piece else {
            break;
        };
        together.push_str(digits);
        groups.push(digits);
    }
    if groups.len() > 1 && phone::is_whole(&together) {
        clauses.push(phone_number(&together));
        return groups.len() - 1;
    }
    if let Some(suffix) = number_suffix(rest) {
        let short = number(digits);
        let whole = format!("{short}{suffix}");
        let apart = format!(
            "({} AND {})",
            any(&single_number(digits)),
            any(&word(suffix))
        );
        clauses.push(Clause {
            exact: vec![quoted(&whole)],
            partly: vec![apart],
            ..Clause::default()
        });
        return 1;
    }
    clauses.push(single_number(digits));
    0
}

fn single_number(digits: &str) -> Clause {
    let mut clause = phone_number(digits);
    // Stalls are written "07" or "007"; "0840" is how a phone number begins.
    let is_stall = digits.len() <= 3 || !digits.starts_with('0');
    if is_stall && !phone::is_whole(digits) {
        let short = number(digits);
        clause.exact.push(quoted(short));
        clause.partly.push(starting(short));
    }
    clause
}

/// Parts of a phone number; a whole number counts as exact, a part as a part.
fn phone_number(digits: &str) -> Clause {
    let national = phone::national(digits);
    let mut clause = Clause {
        digits: Some(national.to_owned()),
        ..Clause::default()
    };
    if phone::is_whole(digits) {
        clause.exact.extend(phone::part_expression(national));
        return clause;
    }
    clause.partly.extend(phone::part_expression(national));
    if national != digits {
        clause.partly.extend(phone::part_expression(digits));
    }
    clause
}

fn word(text: &str) -> Clause {
    let folded = spelling(text);
    let mut partly = vec![starting(&folded)];
    let exact = if text.len() == 1 {
        if folded != text {
            partly.push(starting(text));
        }
        text
    } else {
        &folded
    };
    Clause {
        exact: vec![quoted(exact)],
        partly,
        digits: None,
        correctable: Some(text.to_owned()),
    }
}

/// All readings of a clause without correction, as one expression.
pub fn any(clause: &Clause) -> String {
    let all: Vec<&str> = clause
        .exact
        .iter()
        .chain(&clause.partly)
        .map(String::as_str)
        .collect();
    format!("({})", all.join(" OR "))
}

/// A token as a string of the index's query language. Tokens hold no quotes, which [`pieces`] turned into signs.
pub fn quoted(token: &str) -> String {
    debug_assert!(
        !token.contains(['"', '\0']),
        "signs are moved out of ASCII before they become tokens"
    );
    format!("\"{token}\"")
}

fn starting(token: &str) -> String {
    format!("{}*", quoted(token))
}
