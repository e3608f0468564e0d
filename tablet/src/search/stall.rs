//! Stall numbers as people write them, brought into one form: "Blok B No. 12", "b-12" and "B12" are one place.

use super::fold::{Gap, Piece, number, spelling};

/// Widest range such as "232-240" whose numbers in between are found too.
const RANGE_NUMBERS_MAX: u32 = 20;

/// Whether a word announces the letter of a block.
pub fn is_block_word(word: &str) -> bool {
    matches!(word, "blok" | "blk" | "block")
}

/// Whether a word announces a number and carries no meaning of its own.
pub fn is_number_word(word: &str) -> bool {
    matches!(word, "no" | "nomor" | "nmr" | "nr")
}

/// Whether a short word can be the letter of a block ("c", "ab"), as opposed to an abbreviation ("lt").
pub fn is_block_letter(word: &str) -> bool {
    !word.is_empty()
        && word.len() <= 2
        && word.bytes().all(|b| b.is_ascii_lowercase())
        && !matches!(word, "no" | "nr" | "lt" | "jl" | "rt" | "rw" | "sd")
}

/// Whether a word after "blok" names the block: also Roman numbers up to VIII.
pub fn is_block_name(word: &str) -> bool {
    is_block_letter(word)
        || (word.len() <= 4 && word.bytes().all(|b| matches!(b, b'i' | b'v' | b'x')))
}

/// Tokens of a stall text, in the order in which they enter the index.
///
/// A block gives "blok" and its letter side by side; a number gives itself, joined with the letter after it, and
/// both joined with the block. The numbers inside a short range are given as if each were written.
pub fn stall_tokens(pieces: &[Piece], out: &mut Vec<String>) {
    let words: Vec<&Piece> = pieces
        .iter()
        .filter(|piece| !matches!(piece, Piece::Sign { .. }))
        .collect();
    let mut block: Option<&str> = None;
    let mut last_number: Option<u32> = None;
    let mut range_open = false;
    let mut at = 0;
    while let Some(piece) = words.get(at) {
        at += 1;
        match piece {
            Piece::Letters { text, .. } if is_block_word(text) => match words.get(at) {
                Some(Piece::Letters { text, .. }) if is_block_name(text) => {
                    at += 1;
                    block = Some(text);
                    push_block(text, out);
                }
                _ => out.push("blok".to_owned()),
            },
            Piece::Letters { text, .. } if text == "sd" || text == "sampai" => {
                range_open = last_number.is_some()
            }
            Piece::Letters { text, .. }
                if text == "s"
                    && matches!(words.get(at), Some(Piece::Letters { text, .. }) if text == "d") =>
            {
                at += 1;
                range_open = last_number.is_some();
            }
            Piece::Letters { text, .. } if is_number_word(text) => {}
            Piece::Letters { text, .. }
                if is_block_letter(text) && matches!(words.get(at), Some(Piece::Number { .. })) =>
            {
                if block != Some(text) {
                    push_block(text, out);
                }
                block = Some(text);
            }
            Piece::Letters { text, .. } => {
                push_word(text, out);
                if text.len() > 2 {
                    block = None;
                }
            }
            Piece::Number { digits, after } => {
                let number_before =
                    at >= 2 && matches!(words.get(at - 2), Some(Piece::Number { .. }));
                let short = number(digits);
                let value = short.parse::<u32>().ok();
                if let (Some(from), Some(to)) = (last_number, value)
                    && (range_open || (*after == Gap::Dash && number_before))
                    && to > from
                    && to - from <= RANGE_NUMBERS_MAX
                {
                    for between in from + 1..to {
                        push_number(block, &between.to_string(), "", out);
                    }
                }
                let mut suffix = "";
                if let Some(Piece::Letters { text, .. }) = words.get(at)
                    && (text.len() == 1 || text == "bis")
                    && !matches!(words.get(at + 1), Some(Piece::Number { .. }))
                    && !(text == "s"
                        && matches!(words.get(at + 1), Some(Piece::Letters { text, .. }) if text == "d"))
                {
                    suffix = text;
                    at += 1;
                }
                push_number(block, short, suffix, out);
                last_number = value;
                range_open = false;
            }
            Piece::Sign { .. } => {}
        }
    }
}

fn push_block(letter: &str, out: &mut Vec<String>) {
    out.push("blok".to_owned());
    out.push(letter.to_owned());
}

/// A word enters in its spelling-blind form; a single letter as it is, because block J is not block Y.
pub fn push_word(word: &str, out: &mut Vec<String>) {
    out.push(if word.len() == 1 {
        word.to_owned()
    } else {
        spelling(word)
    });
}

fn push_number(block: Option<&str>, number: &str, suffix: &str, out: &mut Vec<String>) {
    out.push(number.to_owned());
    if let Some(block) = block {
        out.push(format!("{block}{number}"));
    }
    if !suffix.is_empty() {
        out.push(suffix.to_owned());
        out.push(format!("{number}{suffix}"));
        if let Some(block) = block {
            out.push(format!("{block}{number}{suffix}"));
        }
    }
}

/// Place of a stall among the others of its market, as a whole number: block, then number, then letter, so that
/// A2 comes before A10. Stalls without a number come last.
pub fn stall_place(pieces: &[Piece]) -> i64 {
    let mut block = 0;
    let mut place = None;
    let mut suffix = 0;
    let mut after_block_word = false;
    for piece in pieces {
        match piece {
            Piece::Letters { text, .. } if place.is_none() => {
                if is_block_letter(text) || (after_block_word && is_block_name(text)) {
                    block = letters_value(text);
                }
                after_block_word = is_block_word(text);
            }
            Piece::Number { digits, .. } if place.is_none() => {
                place = Some(
                    number(digits)
                        .parse::<i64>()
                        .unwrap_or(i64::MAX)
                        .min(0xFFFF_FFFF),
                )
            }
            Piece::Letters { text, .. } if text.len() == 1 && suffix == 0 => {
                suffix = letters_value(text)
            }
            _ => {}
        }
    }
    match place {
        Some(number) => (block << 40) | (number << 6) | (suffix & 0x3F),
        None => i64::MAX,
    }
}

/// Up to four letters as one number that sorts like the letters.
fn letters_value(letters: &str) -> i64 {
    let mut bytes = letters
        .bytes()
        .map(|b| i64::from(b.wrapping_sub(b'a' - 1) & 0x1F));
    if letters.len() == 1 {
        return bytes.next().unwrap_or(0);
    }
    (0..4).fold(0, |value, _| (value << 5) | bytes.next().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::super::fold::pieces;
    use super::*;

    fn tokens(stall: &str) -> String {
        let mut out = Vec::new();
        stall_tokens(&pieces(stall), &mut out);
        out.join(" ")
    }

    #[test]
    fn ways_of_writing_a_stall_give_the_same_tokens() {
        for (stall, expected) in [
            ("Blok B No. 12", "blok b 12 b12"),
            ("b-12", "blok b 12 b12"),
            ("B12", "blok b 12 b12"),
            ("BLOK B/012", "blok b 12 b12"),
            ("12A", "12 a 12a"),
            ("12 A ", "12 a 12a"),
            ("C 7b", "blok c 7 c7 b 7b c7b"),
            ("3 bis", "3 bis 3bis"),
            ("232-233", "232 233"),
            ("41 – 43", "41 42 43"),
            ("A12/A13", "blok a 12 a12 13 a13"),
            ("K-101 s.d. K-103", "blok k 101 k101 102 k102 103 k103"),
            ("Blok II No. 3 kiri", "blok ii 3 ii3 kiri"),
            ("Lt. 2 B-14", "lt 2 blok b 14 b14"),
            ("Los 5 kiri", "lus 5 kiri"),
            ("depan pintu timur", "depan pintu timur"),
            ("?", ""),
            ("", ""),
            ("99999999999999999999", "99999999999999999999"),
        ] {
            assert_eq!(tokens(stall), expected, "{stall:?}");
        }
    }

    #[test]
    fn stalls_stand_in_natural_order() {
        let walk = [
            "3",
            "12",
            "12A",
            "A2",
            "A-10",
            "Blok B No. 1",
            "AB 1",
            "depan pintu",
        ];
        for pair in walk.windows(2) {
            if let [one, other] = pair {
                assert!(
                    stall_place(&pieces(one)) < stall_place(&pieces(other)),
                    "{one} {other}"
                );
            }
        }
    }
}
