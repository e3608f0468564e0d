//! Why a trader was found: which field, how well, and which letters; worked out for the few hits that are shown.

use super::fold::{Piece, is_honorific, number, pieces, spelling};
use super::{near, phone, stall};
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// Shortest word in which one wrong letter is forgiven at its beginning; see [`near`].
const PART_LETTERS_MIN: usize = 5;

/// A field of a trader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    Name,
    Nickname,
    Stall,
    Phone,
    Goods,
}

/// How well a word fits, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    Same,
    Begins,
    Part,
    SimilarSound,
    OneLetter,
}

/// A field in which something of the query was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why {
    pub field: Field,
    pub fit: Fit,
    pub text: String,
    /// [from, to) in UTF-16 units of `text`.
    pub marks: Vec<(u32, u32)>,
    /// Words of the query that were found here.
    words: usize,
}

/// The texts of a trader, as lists show them.
#[derive(Debug, Clone, Copy)]
pub struct Texts<'t> {
    pub name: &'t str,
    pub nickname: &'t str,
    pub stall: &'t str,
    pub phone: &'t str,
    /// The goods as typed and the label of their group: of these the one that fits is told.
    pub goods: [&'t str; 2],
}

/// A query prepared for many traders.
#[derive(Debug)]
pub struct Question {
    words: Vec<Word>,
    /// All digits of neighbouring numbers, for phones.
    digits: Vec<String>,
}

#[derive(Debug)]
struct Word {
    text: String,
    is_number: bool,
    spelling: String,
    variants: BTreeSet<String>,
}

/// A word of a text and where it stands, in UTF-16 units.
#[derive(Debug)]
struct Token {
    text: String,
    is_number: bool,
    from: u32,
    to: u32,
}

impl Question {
    pub fn new(query: &str) -> Self {
        let mut words = Vec::new();
        let mut digits: Vec<String> = Vec::new();
        let mut in_number = false;
        for piece in pieces(query) {
            let (text, is_number) = match piece {
                Piece::Letters { text, .. } => (text, false),
                Piece::Number { digits, .. } => (digits, true),
                Piece::Sign { .. } => continue,
            };
            match digits.last_mut().filter(|_| is_number && in_number) {
                Some(together) => together.push_str(&text),
                None if is_number => digits.push(text.clone()),
                None => {}
            }
            in_number = is_number;
            words.push(Word {
                spelling: spelling(&text),
                variants: if is_number || text.len() < near::LETTERS_MIN {
                    BTreeSet::new()
                } else {
                    near::variants(&text)
                },
                text,
                is_number,
            });
        }
        let telling = |word: &Word| {
            word.is_number
                || !(is_honorific(&word.text)
                    || stall::is_block_word(&word.text)
                    || stall::is_number_word(&word.text))
        };
        if words.iter().any(telling) {
            words.retain(telling);
        }
        Self { words, digits }
    }

    /// The fields in which the query was found, the best first.
    pub fn why(&self, texts: &Texts<'_>) -> Vec<Why> {
        let mut found: Vec<Why> = Vec::new();
        found.extend(self.words_in(Field::Name, texts.name));
        found.extend(self.words_in(Field::Nickname, texts.nickname));
        found.extend(self.words_in(Field::Stall, texts.stall));
        found.extend(self.in_phone(texts.phone));
        let goods = texts.goods.iter();
        found.extend(
            goods
                .filter_map(|goods| self.words_in(Field::Goods, goods))
                .min_by_key(|why| (Reverse(why.words), why.fit)),
        );
        found.sort_by_key(|why| (Reverse(why.words), why.fit, why.field));
        found
    }

    fn words_in(&self, field: Field, text: &str) -> Option<Why> {
        let tokens = tokens(text);
        let mut fit = None;
        let mut words = 0;
        let mut marks: Vec<(u32, u32)> = Vec::new();
        for word in &self.words {
            let best = tokens
                .iter()
                .filter_map(|token| Some((fits(word, token, field)?, token)))
                .min_by_key(|(fit, _)| *fit);
            if let Some((one, token)) = best {
                fit = fit.max(Some(one));
                words += 1;
                let typed = u32::try_from(word.text.encode_utf16().count()).unwrap_or(0);
                let to = match one {
                    // Letters with accents fold one to one, so what was typed is as long as what it marks.
                    Fit::Begins if !word.is_number => (token.from + typed).min(token.to),
                    _ => token.to,
                };
                marks.push((token.from, to));
            }
        }
        marks.sort_unstable();
        marks.dedup();
        Some(Why {
            field,
            fit: fit?,
            text: text.to_owned(),
            marks,
            words,
        })
    }

    /// Part of a phone number; of the number only that part and its last two digits are shown.
    fn in_phone(&self, text: &str) -> Option<Why> {
        let number = phone::numbers(text).next()?;
        for digits in &self.digits {
            let national = phone::national(digits);
            let found = [digits.as_str(), national].into_iter().find_map(|wanted| {
                let long = wanted.len() >= phone::RUN_DIGITS;
                number.find(wanted).filter(|_| long).map(|at| (wanted, at))
            });
            let Some((wanted, at)) = found else {
                continue;
            };
            let to = at + wanted.len();
            let shown: String = number
                .chars()
                .enumerate()
                .map(|(place, digit)| {
                    let told = (at..to).contains(&place) || place + 2 >= number.len();
                    if told { digit } else { '•' }
                })
                .collect();
            let unit = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
            return Some(Why {
                field: Field::Phone,
                fit: if national == phone::national(&number) {
                    Fit::Same
                } else {
                    Fit::Part
                },
                text: shown,
                marks: vec![(unit(at), unit(to))],
                words: self.words.iter().filter(|word| word.is_number).count(),
            });
        }
        None
    }
}

fn fits(word: &Word, token: &Token, field: Field) -> Option<Fit> {
    if word.is_number != token.is_number {
        return None;
    }
    if word.is_number {
        if field != Field::Stall {
            return (word.text == token.text).then_some(Fit::Same);
        }
        let (typed, stands) = (number(&word.text), number(&token.text));
        return if typed == stands {
            Some(Fit::Same)
        } else {
            stands.starts_with(typed).then_some(Fit::Begins)
        };
    }
    if word.text == token.text {
        return Some(Fit::Same);
    }
    if token.text.starts_with(&word.text) {
        return Some(Fit::Begins);
    }
    if field == Field::Stall && word.text.len() <= 2 {
        return None;
    }
    let stands = spelling(&token.text);
    if stands.starts_with(&word.spelling) {
        return Some(Fit::SimilarSound);
    }
    let wrong_letter = word.variants.contains(&stands)
        || (word.text.len() >= PART_LETTERS_MIN
            && word.variants.iter().any(|form| {
                form.len() + 2 > PART_LETTERS_MIN && stands.starts_with(form.as_str())
            }));
    wrong_letter.then(|| {
        // The same letters in another order are heard as the same name.
        if sorted(&stands) == sorted(&word.spelling) {
            Fit::SimilarSound
        } else {
            Fit::OneLetter
        }
    })
}

fn sorted(text: &str) -> Vec<char> {
    let mut letters: Vec<char> = text.chars().collect();
    letters.sort_unstable();
    letters
}

/// Runs of letters and of digits, in their plain form.
fn tokens(text: &str) -> Vec<Token> {
    let mut found: Vec<Token> = Vec::new();
    let mut unit = 0u32;
    let mut open = false;
    for typed in text.chars() {
        let from = unit;
        unit += typed.len_utf16() as u32;
        let mut plain = String::new();
        let mut is_number = false;
        for piece in pieces(typed.encode_utf8(&mut [0; 4])) {
            match piece {
                Piece::Letters { text, .. } => plain.push_str(&text),
                Piece::Number { digits, .. } => {
                    is_number = true;
                    plain.push_str(&digits);
                }
                Piece::Sign { .. } => {}
            }
        }
        if plain.is_empty() {
            // Accents that stand for themselves belong to the letter before them.
            open = open && !typed.is_whitespace() && !typed.is_ascii_punctuation();
            continue;
        }
        match found
            .last_mut()
            .filter(|token| open && token.is_number == is_number)
        {
            Some(token) => {
                token.text.push_str(&plain);
                token.to = unit;
            }
            None => found.push(Token {
                text: plain,
                is_number,
                from,
                to: unit,
            }),
        }
        open = true;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const TASMI: Texts<'static> = Texts {
        name: "Bu Tasmi",
        nickname: "",
        stall: "B-18",
        phone: "0840-0055-5501",
        goods: ["Ikan asin jambal", "Ikan asin dan terasi"],
    };

    fn told(query: &str, texts: &Texts<'_>) -> Vec<(Field, Fit, Vec<String>)> {
        let units = |text: &str, (from, to): (u32, u32)| {
            let units: Vec<u16> = text.encode_utf16().collect();
            String::from_utf16_lossy(&units[from as usize..to as usize])
        };
        Question::new(query)
            .why(texts)
            .into_iter()
            .map(|why| {
                let marked = why.marks.iter().map(|m| units(&why.text, *m)).collect();
                (why.field, why.fit, marked)
            })
            .collect()
    }

    #[test]
    fn each_field_says_how_it_was_found() {
        use Field::*;
        use Fit::*;
        let named = |name: &'static str| Texts { name, ..TASMI };
        for (query, texts, field, fit, marked) in [
            ("tasmi", TASMI, Name, Same, vec!["Tasmi"]),
            ("bu tas", TASMI, Name, Begins, vec!["Tas"]),
            ("tasmi", named("H. Tasmidi"), Name, Begins, vec!["Tasmi"]),
            (
                "tasmi",
                named("Pak Tasim"),
                Name,
                SimilarSound,
                vec!["Tasim"],
            ),
            (
                "soekardi",
                named("Sukardi"),
                Name,
                SimilarSound,
                vec!["Sukardi"],
            ),
            ("tasma", TASMI, Name, OneLetter, vec!["Tasmi"]),
            ("b18", TASMI, Stall, Same, vec!["B", "18"]),
            ("blok b 1", TASMI, Stall, Begins, vec!["B", "18"]),
            ("5501", TASMI, Phone, Part, vec!["5501"]),
            ("0840 0055 5501", TASMI, Phone, Same, vec!["084000555501"]),
            ("jambal", TASMI, Goods, Same, vec!["jambal"]),
            ("terasi", TASMI, Goods, Same, vec!["terasi"]),
        ] {
            let marked: Vec<String> = marked.into_iter().map(str::to_owned).collect();
            assert_eq!(
                told(query, &texts).first(),
                Some(&(field, fit, marked)),
                "{query}"
            );
        }
        assert!(told("rokayah", &TASMI).is_empty());
    }

    #[test]
    fn marks_count_as_a_page_cuts_text() {
        let texts = Texts {
            name: "😀 Désirée",
            ..TASMI
        };
        let found = told("desi", &texts);
        assert_eq!(
            found.first(),
            Some(&(Field::Name, Fit::Begins, vec!["Dési".to_owned()]))
        );
    }

    #[test]
    fn a_phone_shows_only_what_was_typed_and_its_end() {
        let found = Question::new("0055").why(&TASMI);
        assert_eq!(
            found.first().map(|why| why.text.as_str()),
            Some("••••0055••01")
        );
    }
}
