//! Numbers that may not be kept anywhere: identity, card and account numbers, and secret codes.

use std::ops::Range;

/// What kind of number it looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PrivateKind {
    /// 16 digits: identity, family card or bank card.
    Identity,
    /// 10 to 15 digits after a word for an account, a bank or an e-wallet.
    Account,
    /// 4 to 8 digits after a word for a secret code.
    Secret,
}

/// A number that should be taken out of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrivateNumber {
    pub kind: PrivateKind,
    /// Bytes of the text from its first to its last digit.
    pub range: Range<usize>,
}

const ACCOUNT_WORDS: [&str; 24] = [
    "rek",
    "rekening",
    "norek",
    "bank",
    "bca",
    "bri",
    "bni",
    "btn",
    "bsi",
    "bjb",
    "mandiri",
    "cimb",
    "danamon",
    "permata",
    "mega",
    "dana",
    "ovo",
    "gopay",
    "linkaja",
    "shopeepay",
    "jago",
    "seabank",
    "sakuku",
    "ewallet",
];
const SECRET_WORDS: [&str; 8] = [
    "otp", "kode", "pin", "sandi", "password", "passwd", "pw", "kodeotp",
];
/// Words between the keyword and its number, as in "rekening BCA atas nama Ibu: 123…".
const WORDS_BETWEEN_MAX: usize = 4;

/// All numbers in a text that look like one of the kinds, in order.
///
/// Digits may be separated by single spaces, dots or dashes. A phone number alone is none of these.
pub fn find_private_numbers(text: &str) -> Vec<PrivateNumber> {
    let words = words_of(text);
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        if !word.is_number {
            at += 1;
            continue;
        }
        // A number may be written in groups: take them together while one separator stands between.
        let mut end = at + 1;
        while words.get(end).is_some_and(|next| {
            next.is_number
                && words
                    .get(end - 1)
                    .is_some_and(|last| joined(text, last, next))
        }) {
            end += 1;
        }
        let group = words.get(at..end).unwrap_or_default();
        found.extend(judge(words.get(..at).unwrap_or_default(), group));
        at = end;
    }
    found
}

struct Word {
    range: Range<usize>,
    lower: String,
    is_number: bool,
}

fn words_of(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    for (at, character) in text.char_indices() {
        if !character.is_alphanumeric() {
            continue;
        }
        let is_number = character.is_ascii_digit();
        let end = at + character.len_utf8();
        match words
            .last_mut()
            .filter(|last| last.range.end == at && last.is_number == is_number)
        {
            Some(last) => {
                last.range.end = end;
                last.lower.extend(character.to_lowercase());
            }
            None => words.push(Word {
                range: at..end,
                lower: character.to_lowercase().collect(),
                is_number,
            }),
        }
    }
    words
}

fn joined(text: &str, last: &Word, next: &Word) -> bool {
    matches!(
        text.get(last.range.end..next.range.start),
        Some(" " | "." | "-" | "\u{a0}")
    )
}

fn judge(before: &[Word], group: &[Word]) -> Option<PrivateNumber> {
    let digits = |words: &[Word]| words.iter().map(|word| word.range.len()).sum::<usize>();
    let range = group.first()?.range.start..group.last()?.range.end;
    let total = digits(group);
    if total == 16 {
        return Some(PrivateNumber {
            kind: PrivateKind::Identity,
            range,
        });
    }
    if let Some(word) = group.iter().find(|word| word.range.len() == 16) {
        return Some(PrivateNumber {
            kind: PrivateKind::Identity,
            range: word.range.clone(),
        });
    }
    let near: Vec<&Word> = before
        .iter()
        .rev()
        .take_while(|word| !word.is_number)
        .take(WORDS_BETWEEN_MAX + 1)
        .collect();
    let has = |list: &[&str]| near.iter().any(|word| list.contains(&word.lower.as_str()));
    let first = group.first()?;
    // A secret code is one short group, often followed by other numbers.
    let secret = [total, first.range.len()]
        .into_iter()
        .any(|count| (4..=8).contains(&count));
    if has(&SECRET_WORDS) && secret {
        return Some(PrivateNumber {
            kind: PrivateKind::Secret,
            range,
        });
    }
    (has(&ACCOUNT_WORDS) && (10..=15).contains(&total)).then_some(PrivateNumber {
        kind: PrivateKind::Account,
        range,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_that_may_not_be_kept_are_found() {
        use PrivateKind::{Account, Identity, Secret};
        for (text, kind, number) in [
            (
                "NIK 3209010101010001 ya",
                Some(Identity),
                "3209010101010001",
            ),
            ("3209 0101 0101 0001", Some(Identity), "3209 0101 0101 0001"),
            (
                "kartu 3209.0101.0101-0001.",
                Some(Identity),
                "3209.0101.0101-0001",
            ),
            ("rek 1234567890", Some(Account), "1234567890"),
            (
                "No. rekening BCA a.n. Ibu: 123-456-7890",
                Some(Account),
                "123-456-7890",
            ),
            ("GoPay 084000123456", Some(Account), "084000123456"),
            ("OTP 4821", Some(Secret), "4821"),
            ("kata sandi: 12345678", Some(Secret), "12345678"),
            ("PIN nya 123456", Some(Secret), "123456"),
            ("pin123456", Some(Secret), "123456"),
            ("telepon 0840-0012-3456", None, ""),
            ("081200000123 081200000124", None, ""),
            ("Blok C No. 7, datang jam 10.30", None, ""),
            ("stok 1500 bungkus, harga 25.000", None, ""),
            ("rek 12345", None, ""),
            // Two numbers are not one of sixteen digits.
            ("1234, 567890123456", None, ""),
            ("1234 buah 567890123456", None, ""),
            (
                "rek milik adik ibu Siti 1234567890",
                Some(Account),
                "1234567890",
            ),
            ("rek milik adik dari ibu Siti 1234567890", None, ""),
            ("", None, ""),
        ] {
            let found = find_private_numbers(text);
            assert_eq!(found.first().map(|found| found.kind), kind, "{text}");
            let shown = found
                .first()
                .map(|found| &text[found.range.clone()])
                .unwrap_or_default();
            assert_eq!(shown, number, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_found_can_be_cut_out(text in "\\PC{0,40}|(rek|otp|[0-9]{1,17}| |\\.|é){0,12}") {
            for found in find_private_numbers(&text) {
                prop_assert!(text.get(found.range).is_some());
            }
        }
    }
}
