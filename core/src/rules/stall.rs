//! Stall numbers: text as people write it, with an order for walking and a form for comparing.
//!
//! The text itself is never changed. For comparing, "blok b 12", "B12" and "B-12" are one place and a leading zero
//! is dropped; for ordering, numbers count as numbers (`A2` before `A10`) and the zeros only break ties.

use std::collections::BTreeSet;

/// Most places that one text may name; a longer range is compared by its text alone.
const PLACES_MAX: u64 = 30;

/// A stall number taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stall {
    /// `""` (not said), `"lg"`, `"dasar"`, `"1"`, …
    pub floor: String,
    /// Block in lower case, such as `"b"`; empty when there is none.
    pub block: String,
    /// First number, without leading zeros.
    pub number: Option<u64>,
    /// One form for all ways of writing it; empty when the text names no place.
    pub normal: String,
    /// The normal forms of all places named: both of `232-233`.
    pub places: BTreeSet<String>,
    tokens: Vec<Token>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Number {
        value: u64,
        digits: String,
    },
    Word(String),
    /// `-`, `/`, `s.d.`: joins places.
    Join,
}

/// Takes a stall number apart. Never fails: what has no structure keeps its words.
pub fn parse(text: &str) -> Stall {
    let mut tokens = tokenise(text);
    let floor = take_floor(&mut tokens);
    let named_block = take_block(&mut tokens);
    let groups = groups_of(&tokens);

    let first = groups.first().map(Vec::as_slice).unwrap_or_default();
    let (block, rest) = split_block(first, &named_block);
    let number = rest.iter().find_map(Token::value);
    let place = |group: &[Token]| -> String {
        let (own, rest) = split_block(group, &block);
        form(&floor, &own, rest)
    };
    let mut places: BTreeSet<String> = groups
        .iter()
        .map(|group| place(group))
        .filter(|place| !place.is_empty())
        .collect();
    if let [from, to] = groups.as_slice() {
        places.extend(between(from, to, &floor, &block));
    }
    let normal = groups
        .iter()
        .map(|group| place(group))
        .filter(|place| !place.is_empty())
        .collect::<Vec<_>>()
        .join(" - ");
    let tokens = groups.into_iter().flatten().collect();
    Stall {
        floor,
        block,
        number,
        normal,
        places,
        tokens,
    }
}

impl Stall {
    /// Whether the text names no place.
    pub fn is_empty(&self) -> bool {
        self.normal.is_empty()
    }

    /// Whether the two texts share a place; two empty ones share none.
    pub fn same_place(&self, other: &Self) -> bool {
        !self.places.is_disjoint(&other.places)
    }

    /// Whether the stalls stand in one block of one floor with numbers at most `distance` apart.
    pub fn is_near(&self, other: &Self, distance: u64) -> bool {
        self.floor == other.floor
            && self.block == other.block
            && matches!((self.number, other.number), (Some(a), Some(b)) if a.abs_diff(b) <= distance)
    }

    /// Bytes whose order is that of the blocks of a market: floor, then block, those of one letter before those of two.
    pub fn block_key(&self) -> Vec<u8> {
        let mut key = Vec::new();
        self.write_block(&mut key);
        key
    }

    /// Bytes whose order is the way through a market: floor, block, number; texts without a place come last.
    pub fn walk_key(&self) -> Vec<u8> {
        let mut key = vec![u8::from(self.is_empty())];
        self.write_block(&mut key);
        for token in &self.tokens {
            match token {
                Token::Number { value, digits } => {
                    key.push(1);
                    write_number(&mut key, *value);
                    write_number(&mut key, digits.len() as u64);
                    key.extend(digits.bytes());
                }
                Token::Word(word) => {
                    key.push(2);
                    write_text(&mut key, word);
                }
                Token::Join => {}
            }
        }
        key.push(0);
        write_text(&mut key, &self.normal);
        key
    }

    fn write_block(&self, key: &mut Vec<u8>) {
        write_number(key, floor_rank(&self.floor));
        write_text(key, &self.floor);
        write_number(key, self.block.len() as u64);
        write_text(key, &self.block);
    }
}

/// A number as bytes in its order: how many follow, then the most significant first.
fn write_number(key: &mut Vec<u8>, number: u64) {
    let bytes = number.to_be_bytes();
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    key.push((bytes.len() - zeros) as u8);
    key.extend(bytes.iter().skip(zeros));
}

/// Words have no zero byte: one ends them, so that a beginning stands before what goes on.
fn write_text(key: &mut Vec<u8>, text: &str) {
    key.extend(text.bytes());
    key.push(0);
}

impl Token {
    fn value(&self) -> Option<u64> {
        match self {
            Self::Number { value, .. } => Some(*value),
            _ => None,
        }
    }
}

/// The places that a text joins. "B-12" is a block and a number, but "232-233" and "A12/A13" are two places.
fn groups_of(tokens: &[Token]) -> Vec<Vec<Token>> {
    let mut groups: Vec<Vec<Token>> = Vec::new();
    for group in tokens
        .split(|token| *token == Token::Join)
        .filter(|group| !group.is_empty())
    {
        match (groups.last_mut(), group) {
            (Some(last), [Token::Number { .. }, ..]) if matches!(last.as_slice(), [Token::Word(word)] if is_block(word)) =>
            {
                last.extend_from_slice(group);
            }
            _ => groups.push(group.to_vec()),
        }
    }
    groups
}

/// Splits into numbers, words and joins; words that only say "number" or "stall" are left out.
fn tokenise(text: &str) -> Vec<Token> {
    let lower = text
        .to_lowercase()
        .replace("s.d.", "-")
        .replace("s/d", "-")
        .replace("s.d", "-")
        .replace("s d ", "-");
    let mut tokens: Vec<Token> = Vec::new();
    let mut word = String::new();
    let flush = |word: &mut String, tokens: &mut Vec<Token>| {
        let taken = std::mem::take(word);
        if taken.is_empty() {
            return;
        }
        if taken.starts_with(|c: char| c.is_ascii_digit()) {
            // More digits than fit are all "very large"; their text still tells them apart.
            tokens.push(Token::Number {
                value: taken.parse().unwrap_or(u64::MAX),
                digits: taken,
            });
        } else if matches!(taken.as_str(), "sd" | "sampai" | "dan") {
            tokens.push(Token::Join);
        } else if !matches!(
            taken.as_str(),
            "no" | "nomor" | "nomer" | "nmr" | "kios" | "lapak" | "stan" | "stand"
        ) {
            tokens.push(Token::Word(taken));
        }
    };
    for character in lower.chars() {
        let digit = character.is_ascii_digit();
        let same_class = word
            .chars()
            .last()
            .is_none_or(|last| last.is_ascii_digit() == digit);
        if character.is_alphanumeric() {
            if !same_class {
                flush(&mut word, &mut tokens);
            }
            word.push(character);
            continue;
        }
        flush(&mut word, &mut tokens);
        if matches!(
            character,
            '-' | '/' | '&' | ',' | '+' | '\u{2010}'..='\u{2015}'
        ) && !matches!(tokens.last(), None | Some(Token::Join))
        {
            tokens.push(Token::Join);
        }
    }
    flush(&mut word, &mut tokens);
    if tokens.last() == Some(&Token::Join) {
        tokens.pop();
    }
    tokens
}

fn take_floor(tokens: &mut Vec<Token>) -> String {
    match tokens.as_slice() {
        [Token::Word(word), next, ..] if matches!(word.as_str(), "lt" | "lantai") => {
            let floor = match next {
                Token::Number { value, .. } => value.to_string(),
                Token::Word(word) => word.clone(),
                Token::Join => return String::new(),
            };
            tokens.drain(..2);
            floor
        }
        [Token::Word(word), Token::Number { .. }, ..]
            if matches!(word.as_str(), "lg" | "ug" | "gf") =>
        {
            let floor = word.clone();
            tokens.drain(..1);
            floor
        }
        _ => String::new(),
    }
}

/// Takes "blok X" out; the block may also be a number.
fn take_block(tokens: &mut Vec<Token>) -> String {
    let at = tokens.iter().position(|token| matches!(token, Token::Word(word) if matches!(word.as_str(), "blok" | "block" | "blk")));
    let Some(at) = at else {
        // "blokb" without the space.
        if let Some(Token::Word(word)) = tokens.first_mut()
            && let Some(rest) = word.strip_prefix("blok").filter(|rest| is_block(rest))
        {
            *word = rest.to_owned();
        }
        return String::new();
    };
    let block = match tokens.get(at + 1) {
        Some(Token::Word(word)) => word.clone(),
        Some(Token::Number { value, .. }) => value.to_string(),
        _ => {
            tokens.remove(at);
            return String::new();
        }
    };
    tokens.drain(at..at + 2);
    if tokens.get(at) == Some(&Token::Join) {
        tokens.remove(at);
    }
    block
}

fn is_block(word: &str) -> bool {
    (1..=3).contains(&word.chars().count())
        && word.chars().all(char::is_alphabetic)
        && !matches!(word, "los" | "jl" | "jln" | "gg" | "pkl")
}

/// The block that a group names in front of a number, else the one already known, and the rest of the group.
fn split_block<'a>(group: &'a [Token], known: &str) -> (String, &'a [Token]) {
    match group {
        [Token::Word(word), Token::Number { .. }, ..] if is_block(word) => {
            (word.clone(), group.get(1..).unwrap_or_default())
        }
        _ => (known.to_owned(), group),
    }
}

fn form(floor: &str, block: &str, rest: &[Token]) -> String {
    let mut parts: Vec<String> = Vec::new();
    if !floor.is_empty() {
        parts.push(format!("lt{floor}"));
    }
    if !block.is_empty() {
        parts.push(block.to_owned());
    }
    for token in rest {
        match token {
            Token::Number {
                value: u64::MAX,
                digits,
            } => parts.push(digits.clone()),
            Token::Number { value, .. } => parts.push(value.to_string()),
            Token::Word(word) => parts.push(word.clone()),
            Token::Join => {}
        }
    }
    parts.join(" ")
}

/// The places between the ends of a range, when both ends are plain numbers of one block.
fn between(from: &[Token], to: &[Token], floor: &str, block: &str) -> Vec<String> {
    let (from_block, from) = split_block(from, block);
    let (to_block, to) = split_block(to, &from_block);
    let ([Token::Number { value: from, .. }], [Token::Number { value: to, .. }]) = (from, to)
    else {
        return Vec::new();
    };
    if from_block != to_block || from >= to || to - from >= PLACES_MAX {
        return Vec::new();
    }
    (*from..=*to)
        .map(|value| {
            form(
                floor,
                &from_block,
                &[Token::Number {
                    value,
                    digits: value.to_string(),
                }],
            )
        })
        .collect()
}

fn floor_rank(floor: &str) -> u64 {
    match floor {
        "" => 0,
        "lg" => 1,
        "dasar" | "gf" => 2,
        "ug" => 3,
        other => other
            .parse::<u64>()
            .map_or(u64::MAX, |number| number.saturating_add(3)),
    }
}

#[cfg(test)]
#[path = "stall_tests.rs"]
mod tests;
