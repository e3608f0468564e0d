//! Turns names as people write them into the plain words that the search compares; pure, without a database.

/// A part of a text that belongs together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Letters of one word: lower-case, without accents, spelling as typed.
    Letters { text: String, after: Gap },
    /// ASCII digits as typed, leading zeros included.
    Number { digits: String, after: Gap },
    /// One sign that stands alone, already made safe for the index (see [`sign_token`]).
    Sign { token: String, weak: bool },
}

/// What stands between a piece and the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gap {
    /// The pieces touch: "12A".
    None,
    /// Spaces, points, slashes.
    Loose,
    /// A hyphen or a dash is among them: "232 – 233".
    Dash,
}

/// Splits a text into words, numbers and signs, in reading order. Never fails; an empty text gives no pieces.
///
/// Signs of ASCII and general punctuation are `weak`: a query needs them only when it holds nothing else.
pub fn pieces(text: &str) -> Vec<Piece> {
    let mut out = Vec::new();
    let mut run = String::new();
    let mut run_is_number = false;
    let mut run_gap = Gap::None;
    let mut gap = Gap::None;
    for typed in text.chars() {
        for c in plain_chars(typed) {
            match class(c) {
                Class::Ignored => {}
                Class::Letter | Class::Digit => {
                    let is_number = c.is_ascii_digit();
                    if !run.is_empty() && is_number != run_is_number {
                        push_run(&mut out, &mut run, run_is_number, run_gap);
                        gap = Gap::None;
                    }
                    if run.is_empty() {
                        run_gap = gap;
                        run_is_number = is_number;
                    }
                    run.push(c);
                    gap = Gap::None;
                }
                class => {
                    push_run(&mut out, &mut run, run_is_number, run_gap);
                    if matches!(c, '-' | '\u{2010}'..='\u{2015}') {
                        gap = Gap::Dash;
                    } else if gap == Gap::None {
                        gap = Gap::Loose;
                    }
                    if class != Class::Space {
                        let weak = class == Class::WeakSign;
                        out.push(Piece::Sign {
                            token: sign_token(c),
                            weak,
                        });
                    }
                }
            }
        }
    }
    push_run(&mut out, &mut run, run_is_number, run_gap);
    out
}

fn push_run(out: &mut Vec<Piece>, run: &mut String, is_number: bool, after: Gap) {
    if run.is_empty() {
        return;
    }
    let text = std::mem::take(run);
    out.push(if is_number {
        Piece::Number {
            digits: text,
            after,
        }
    } else {
        Piece::Letters { text, after }
    });
}

/// Token under which a sign stands in the index: ASCII signs move to the private use area, where the
/// tokenizer takes them as letters and no query syntax knows them; others stay as they are.
fn sign_token(c: char) -> String {
    let code = u32::from(c);
    let moved = if code < 0x80 {
        char::from_u32(0xE000 + code)
    } else {
        None
    };
    moved.unwrap_or(c).to_string()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Letter,
    Digit,
    Space,
    WeakSign,
    StrongSign,
    Ignored,
}

fn class(c: char) -> Class {
    match c {
        '0'..='9' => Class::Digit,
        'a'..='z' => Class::Letter,
        // Combining accents, joiners and variation selectors change the look of a neighbour, not the word.
        '\u{300}'..='\u{36F}'
        | '\u{200B}'..='\u{200F}'
        | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}'
        | '\u{AD}' => Class::Ignored,
        // Javanese vowel signs are no letters to Unicode, yet carry the word.
        '\u{A980}'..='\u{A9C0}' => Class::Letter,
        _ if c.is_whitespace() => Class::Space,
        // NUL counts as a sign, so that a name with one in it is found by it.
        '\0' => Class::WeakSign,
        _ if c.is_control() => Class::Space,
        _ if c.is_ascii() => Class::WeakSign,
        '\u{2000}'..='\u{206F}' | '\u{A1}'..='\u{BF}' | '\u{3001}'..='\u{301F}' => Class::WeakSign,
        _ if c.is_alphanumeric() => Class::Letter,
        _ => Class::StrongSign,
    }
}

/// Lower-case form of a character without its accent; two characters for ligatures.
fn plain_chars(typed: char) -> impl Iterator<Item = char> {
    let half_width = match typed {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(typed) - 0xFEE0).unwrap_or(typed),
        other => other,
    };
    half_width.to_lowercase().flat_map(|c| {
        let (first, second) = without_accent(c);
        std::iter::once(first).chain(second)
    })
}

/// Latin letters with an accent, as far as names in Indonesian registers carry them (Latin-1, Latin Extended-A).
fn without_accent(c: char) -> (char, Option<char>) {
    let plain = match c {
        _ if c.is_ascii() => c,
        'à'..='å' | 'ā' | 'ă' | 'ą' | 'ǎ' | 'ạ' | 'ả' => 'a',
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => 'c',
        'ð' | 'ď' | 'đ' | 'ḍ' => 'd',
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' | 'ẹ' | 'ẻ' => 'e',
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => 'g',
        'ĥ' | 'ħ' | 'ḥ' => 'h',
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' | 'ǐ' => 'i',
        'ĵ' => 'j',
        'ķ' | 'ḳ' => 'k',
        'ĺ' | 'ļ' | 'ľ' | 'ŀ' | 'ł' => 'l',
        'ñ' | 'ń' | 'ņ' | 'ň' | 'ŋ' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' | 'ǒ' | 'ọ' => 'o',
        'ŕ' | 'ŗ' | 'ř' => 'r',
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' | 'ṣ' => 's',
        'ţ' | 'ť' | 'ŧ' | 'ț' | 'ṭ' => 't',
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' | 'ǔ' => 'u',
        'ŵ' => 'w',
        'ý' | 'ÿ' | 'ŷ' => 'y',
        'ź' | 'ż' | 'ž' | 'ẓ' => 'z',
        'ß' => return ('s', Some('s')),
        'æ' => return ('a', Some('e')),
        'œ' => return ('o', Some('e')),
        other => other,
    };
    (plain, None)
}

/// Spelling-blind form of a word: old and new Indonesian spelling and doubled letters fall together.
///
/// Takes the letters of a [`Piece`]. tj is c; dj, j and y are one letter (old j is new y, old dj is new j);
/// oe, o and u are one letter; a doubled letter is a single one. Words of Roman digits keep their doubles,
/// because blocks II and III are two places.
pub fn spelling(word: &str) -> String {
    let roman = word.bytes().all(|b| matches!(b, b'i' | b'v' | b'x'));
    let mut out = String::with_capacity(word.len());
    let mut last = '\0';
    let mut chars = word.chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek().copied();
        let folded = match (c, next) {
            ('t', Some('j')) => {
                chars.next();
                'c'
            }
            ('d', Some('j')) => {
                chars.next();
                'y'
            }
            ('j', _) => 'y',
            ('o', Some('e')) => {
                chars.next();
                'u'
            }
            ('o', _) => 'u',
            _ => c,
        };
        if roman || folded != last {
            out.push(folded);
        }
        last = folded;
    }
    out
}

/// The number without leading zeros; "0" for nothing but zeros.
pub fn number(digits: &str) -> &str {
    let short = digits.trim_start_matches('0');
    if short.is_empty() && !digits.is_empty() {
        "0"
    } else {
        short
    }
}

/// Words of address that people put before a name; a query may leave them out or add them.
pub fn is_honorific(word: &str) -> bool {
    matches!(
        word,
        "pak"
            | "bapak"
            | "bpk"
            | "pa"
            | "bu"
            | "ibu"
            | "mbak"
            | "mba"
            | "mas"
            | "bang"
            | "abang"
            | "mang"
            | "mamang"
            | "kang"
            | "akang"
            | "bi"
            | "bibi"
            | "yayu"
            | "yu"
            | "wa"
            | "uwa"
            | "h"
            | "hj"
            | "haji"
            | "hajah"
            | "hajjah"
            | "kh"
            | "ust"
            | "ustad"
            | "ustadz"
            | "teh"
            | "teteh"
            | "ceu"
            | "nok"
            | "om"
            | "tante"
            | "koh"
            | "ko"
            | "ci"
            | "cik"
            | "sdr"
            | "sdri"
            | "nyi"
            | "ki"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let parts: Vec<String> = pieces(text)
            .into_iter()
            .filter_map(|piece| match piece {
                Piece::Letters { text, .. } => Some(text),
                Piece::Number { digits, .. } => Some(digits),
                Piece::Sign { weak: false, token } => Some(token),
                Piece::Sign { .. } => None,
            })
            .collect();
        parts.join(" ")
    }

    #[test]
    fn texts_fall_apart_into_words_numbers_and_strong_signs() {
        for (text, expected) in [
            ("", ""),
            ("  Rokayah  ", "rokayah"),
            ("Blok C No. 7", "blok c no 7"),
            ("12A", "12 a"),
            ("b-12", "b 12"),
            ("Renée José", "renee jose"),
            ("Rene\u{301}e", "renee"),
            ("ＡＢ１", "ab 1"),
            ("œuvre", "oeuvre"),
            ("udang🍤segar", "udang 🍤 segar"),
            ("ꦥꦱꦂ", "ꦥꦱꦂ"),
            ("a\0b", "a b"),
            ("\"a\" OR *", "a or"),
            ("x\u{200d}y", "xy"),
        ] {
            assert_eq!(shown(text), expected, "{text:?}");
        }
    }

    #[test]
    fn old_and_new_spelling_are_the_same_word() {
        for (one, other) in [
            ("soekarno", "sukarno"),
            ("djoko", "joko"),
            ("djaja", "jaya"),
            ("tjarmi", "carmi"),
            ("jahya", "yahya"),
            ("soerja", "surya"),
            ("muhammad", "muhamad"),
            ("saadah", "sadah"),
            ("solihin", "sulihin"),
            ("doel", "dol"),
        ] {
            assert_eq!(spelling(one), spelling(other), "{one} {other}");
        }
        for (one, other) in [
            ("sari", "sani"),
            ("ii", "iii"),
            ("i", "ii"),
            ("budi", "dudi"),
        ] {
            assert_ne!(spelling(one), spelling(other), "{one} {other}");
        }
    }

    #[test]
    fn leading_zeros_of_a_number_do_not_count() {
        for (typed, expected) in [
            ("007", "7"),
            ("0", "0"),
            ("000", "0"),
            ("10", "10"),
            ("", ""),
        ] {
            assert_eq!(number(typed), expected);
        }
    }
}
