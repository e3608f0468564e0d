//! Words that one wrong letter could have turned into the typed one, found among the words that the index holds.

use std::collections::BTreeSet;

use rusqlite::{Connection, named_params};

use super::SearchError;
use super::fold::spelling;

/// A word shorter than this is taken as typed.
pub const LETTERS_MIN: usize = 4;
/// A part of a word with a wrong letter is forgiven from this length on; shorter ones would match half the market.
const PART_LETTERS_MIN: usize = 5;
/// Longest word that is corrected, in letters; keeps the work for one query bounded.
const LETTERS_MAX: usize = 24;
/// Words of the index tried for one typed word.
const CORRECTIONS_MAX: usize = 96;

/// All spelling-blind forms one wrong letter away from `word`: a letter changed, missing, too many, or two exchanged.
///
/// The edits are made on the letters as typed, before old spelling and doubled letters fall together, because
/// one wrong letter can make or break a "dj" or a double. Only a to z; other scripts give no variants.
pub fn variants(word: &str) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    let letters = word.as_bytes();
    if letters.len() > LETTERS_MAX || !letters.iter().all(u8::is_ascii_lowercase) {
        return out;
    }
    let mut keep = |bytes: Vec<u8>| {
        if let Ok(text) = String::from_utf8(bytes) {
            out.insert(spelling(&text));
        }
    };
    for at in 0..=letters.len() {
        let (before, after) = letters.split_at(at);
        for letter in b'a'..=b'z' {
            keep([before, &[letter], after].concat());
        }
        let Some((&first, rest)) = after.split_first() else {
            continue;
        };
        keep([before, rest].concat());
        for letter in b'a'..=b'z' {
            keep([before, &[letter], rest].concat());
        }
        if let Some((&second, rest)) = rest.split_first() {
            keep([before, &[second, first], rest].concat());
        }
    }
    out
}

/// Words of the index that `word` (letters as typed) may stand for with one wrong letter, whole words first.
///
/// At most [`CORRECTIONS_MAX`]; empty for words of fewer than [`LETTERS_MIN`] letters. Errors: only those of the database.
pub fn corrections(conn: &Connection, word: &str) -> Result<Vec<String>, SearchError> {
    if word.len() < LETTERS_MIN {
        return Ok(Vec::new());
    }
    let forms = variants(word);
    let mut found = BTreeSet::new();
    let mut whole = conn.prepare_cached(include_str!("../../sql/search/word_exists.sql"))?;
    for form in &forms {
        if whole.exists(named_params! { ":word": form })? {
            found.insert((0, form.clone()));
        }
    }
    if word.len() >= PART_LETTERS_MIN {
        let mut part = conn.prepare_cached(include_str!("../../sql/search/words_from.sql"))?;
        for form in forms
            .iter()
            .filter(|form| form.len() + 2 > PART_LETTERS_MIN)
        {
            if found.len() >= CORRECTIONS_MAX {
                break;
            }
            let until = format!("{form}\u{10FFFF}");
            let mut rows = part.query(
                named_params! { ":from": form, ":until": until, ":limit": CORRECTIONS_MAX as i64 },
            )?;
            while let Some(row) = rows.next()? {
                let longer: String = row.get(0)?;
                if !forms.contains(&longer) {
                    found.insert((longer.len().saturating_sub(form.len()), longer));
                }
            }
        }
    }
    Ok(found
        .into_iter()
        .take(CORRECTIONS_MAX)
        .map(|(_, word)| word)
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_wrong_letter_leads_back_to_the_word() {
        for typed in [
            "rokayah", "rokajah", "rokyah", "rokaayah", "roakyah", "tokayah", "okayah", "rokayahs",
            "rokaaah", "rolayah",
        ] {
            assert!(variants(typed).contains(&spelling("rokayah")), "{typed}");
        }
        for (typed, meant) in [
            ("dhoko", "djoko"),
            ("tharmi", "tjarmi"),
            ("soakardi", "soekardi"),
            ("sabdah", "saadah"),
        ] {
            assert!(variants(typed).contains(&spelling(meant)), "{typed}");
        }
        assert!(!variants("rakiyah").contains(&spelling("rokayah")));
    }
}
