//! Indonesian phone numbers in one form.

/// The number as `+62…`, or `None` when the text is no Indonesian phone number.
///
/// Takes `0812…`, `62812…`, `+62 812-…`, `812…` (a spreadsheet ate the zero), with spaces, dots, dashes, brackets,
/// a letter O for a zero, a label such as `HP:` in front or `(WA)` behind, an extension, and the `'` that keeps a
/// spreadsheet from taking it for a number. Of several numbers, all readable, the first is taken.
/// Area codes count too. The demonstration range `0840-00dd-dddd` is a phone like any other here.
pub fn normalise(typed: &str) -> Option<String> {
    let mut parts = typed
        .split(['/', ',', ';', '\n'])
        .map(str::trim)
        .filter(|part| !part.is_empty());
    let first = one_number(parts.next()?)?;
    parts
        .all(|part| one_number(part).is_some())
        .then_some(first)
}

fn one_number(text: &str) -> Option<String> {
    // A number cell of a spreadsheet may arrive as `81234567890.0`.
    let text = text
        .strip_suffix(".0")
        .filter(|rest| rest.chars().all(|c| c.is_ascii_digit()))
        .unwrap_or(text);
    let mut digits = String::new();
    let mut international = false;
    for character in without_label_behind(without_label(text)).chars() {
        match character {
            '0'..='9' => digits.push(character),
            'o' | 'O' => digits.push('0'),
            '+' if digits.is_empty() && !international => international = true,
            ' ' | '.' | '-' | '(' | ')' | '[' | ']' | '\u{a0}' | '\u{2010}'..='\u{2015}' | '\t' => {
            }
            _ => return None,
        }
    }
    let national = if international {
        digits.strip_prefix("62")?
    } else if let Some(rest) = digits
        .strip_prefix("0062")
        .or_else(|| digits.strip_prefix("62"))
    {
        rest
    } else if let Some(rest) = digits.strip_prefix('0') {
        rest
    } else {
        // Without any prefix only a mobile number is safe to recognise.
        Some(digits.as_str()).filter(|digits| digits.starts_with('8'))?
    };
    // "+62 (0) 812…" is often written with the zero kept.
    let national = national
        .strip_prefix('0')
        .filter(|_| digits.starts_with("62") || digits.starts_with("0062"))
        .unwrap_or(national);
    let length_min = if national.starts_with('8') { 9 } else { 8 };
    let plausible = (length_min..=12).contains(&national.len())
        && national.starts_with(|c: char| ('2'..='9').contains(&c));
    plausible.then(|| format!("+62{national}"))
}

const LABELS: [&str; 9] = [
    "whatsapp", "telepon", "telp", "tlp", "hape", "phone", "hp", "wa", "no",
];

/// Without what follows the number: a name or a label in brackets, a label, or an extension.
fn without_label_behind(text: &str) -> &str {
    let is_word = |word: &str| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        LABELS.iter().any(|label| word.eq_ignore_ascii_case(label))
    };
    // What is short of a number before the words is no number with words behind it.
    let digits_before = |end: usize| {
        let before = text.get(..end).unwrap_or_default();
        before.chars().filter(char::is_ascii_digit).count() >= 8
    };
    let letters = |part: &str| {
        part.chars()
            .any(|c| c.is_alphabetic() && !matches!(c, 'o' | 'O'))
    };
    if let Some(open) = text.find(['(', '['])
        && digits_before(open)
        && letters(text.get(open..).unwrap_or_default())
        && text.ends_with([')', ']'])
    {
        return text.get(..open).unwrap_or(text);
    }
    let first = text.find(|c: char| c.is_alphabetic() && !matches!(c, 'o' | 'O'));
    let Some(first) = first.filter(|first| digits_before(*first)) else {
        return text;
    };
    let behind = text.get(first..).unwrap_or_default();
    let mut words = behind.split_whitespace();
    let head = words
        .next()
        .unwrap_or_default()
        .trim_end_matches(['.', ':']);
    let extension = ["ext", "ekst", "pesawat"].contains(&head.to_ascii_lowercase().as_str())
        && words.all(|w| w.chars().all(|c| c.is_ascii_digit()));
    match extension || behind.split_whitespace().all(is_word) {
        true => text.get(..first).unwrap_or(text),
        false => text,
    }
}

fn without_label(text: &str) -> &str {
    let mut rest = text.trim().trim_start_matches('\'').trim_start();
    loop {
        let found = LABELS.iter().find_map(|label| {
            let head = rest.get(..label.len())?;
            let after = rest.get(label.len()..)?;
            let ends = after.starts_with(|c: char| !c.is_alphabetic());
            (head.eq_ignore_ascii_case(label) && ends).then_some(after)
        });
        match found {
            Some(after) => rest = after.trim_start_matches(['.', ':', ' ', '=']),
            None => return rest,
        }
    }
}

/// Whether the number lies in the demonstration range, which must never be dialled or written to.
pub fn is_demonstration(normalised: &str) -> bool {
    normalised
        .strip_prefix("+6284000")
        .is_some_and(|rest| rest.len() == 6 && rest.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_way_of_writing_gives_one_form() {
        for typed in [
            "081200000123",
            "0812 0000 0123",
            "0812-0000-0123",
            "0812.0000.0123",
            "(0812) 0000-0123",
            "+62 812-0000-0123",
            "+6281200000123",
            "62 812 0000 0123",
            "+62 (0) 812 0000 0123",
            "0062 812 0000 0123",
            "81200000123",
            "81200000123.0",
            "O812 OOOO o123",
            "'081200000123",
            "0812-0000-0123 (WA)",
            "0812-0000-0123 WA",
            "0812-0000-0123 (Ibu Casriah)",
            "0812-0000-0123 ext 3",
            "0812-0000-0123 ext. 12",
            "HP: 0812 0000 0123",
            "No. WA 0812-0000-0123",
            "0812–0000–0123",
            "0812 0000 0123 / 0840-0012-3456",
            "0812 0000 (0123)",
        ] {
            assert_eq!(
                normalise(typed).as_deref(),
                Some("+6281200000123"),
                "{typed}"
            );
        }
        assert_eq!(
            normalise("0840-0012-3456").as_deref(),
            Some("+6284000123456")
        );
        assert_eq!(normalise("(0231) 204-567").as_deref(), Some("+62231204567"));
    }

    #[test]
    fn the_demonstration_range_is_six_digits_after_its_beginning() {
        for (normalised, expected) in [
            ("+6284000123456", true),
            ("+6281200000123", false),
            ("+62840001234567", false),
            ("+628400012345x", false),
        ] {
            assert_eq!(is_demonstration(normalised), expected, "{normalised}");
        }
    }

    #[test]
    fn what_is_no_phone_number_is_none() {
        for typed in [
            "",
            "-",
            "0",
            "tidak ada",
            "12345",
            "0812",
            "08120000012345678",
            "+60 12 345 6789",
            "8.12E+10",
            "0812 0000 012x",
            "0812 0000 0123 / besok",
            "3209 1234 5678 9012",
            "oo",
            "hp",
            "+",
            "++62812000012",
            "0012345678",
        ] {
            assert_eq!(normalise(typed), None, "{typed}");
        }
    }

    proptest! {
        #[test]
        fn the_form_is_stable_and_nothing_panics(typed in "[0-9oO+ ().\\-/a-z]{0,24}|\\PC{0,20}") {
            if let Some(form) = normalise(&typed) {
                prop_assert_eq!(normalise(&form), Some(form.clone()));
                prop_assert!(form.starts_with("+62") && form.len() <= 15);
            }
        }
    }
}
