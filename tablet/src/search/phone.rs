//! Phone numbers for the search: one national form, cut into runs of three digits so that any part is found.

/// Digits of a run; a shorter part of a number is not looked up as a phone number.
pub const RUN_DIGITS: usize = 3;
/// Fewest and most digits of a whole national number (ITU-T E.164 allows 15 with the country code).
const WHOLE_DIGITS_MIN: usize = 9;
const WHOLE_DIGITS_MAX: usize = 13;
/// Digits around a wrong one by which a number is looked up; more would lead through all that begin alike.
const NEAR_CONTEXT_DIGITS: usize = 5;
/// From this many digits on one wrong digit is forgiven.
const NEAR_DIGITS_MIN: usize = 7;
/// Sets the runs of phone numbers apart from all other words of the index.
const RUN_MARK: char = '\u{E0FE}';

/// National digits of a number: "0812…", "+62 812…", "62812…" and "0062812…" all give "812…".
///
/// `digits`: ASCII digits only. A number without these beginnings is given back as it is.
pub fn national(digits: &str) -> &str {
    let digits = digits
        .strip_prefix("00")
        .filter(|rest| rest.starts_with("62"))
        .unwrap_or(digits);
    // "+62 (0)812" is written often enough.
    let digits = digits
        .strip_prefix("62")
        .map(|rest| rest.strip_prefix('0').unwrap_or(rest))
        .filter(|rest| rest.starts_with('8') || rest.len() >= 7)
        .unwrap_or(digits);
    digits
        .strip_prefix('0')
        .filter(|rest| !rest.is_empty())
        .unwrap_or(digits)
}

/// Whether the digits, as typed, are a whole phone number rather than a part of one or a stall.
pub fn is_whole(digits: &str) -> bool {
    let national = national(digits);
    (WHOLE_DIGITS_MIN..=WHOLE_DIGITS_MAX).contains(&national.len())
        && (national.len() < digits.len() || national.starts_with('8'))
}

/// Digits of each number in a phone field; several are parted by a slash, a comma or a semicolon.
pub fn numbers(field: &str) -> impl Iterator<Item = String> {
    field
        .split(['/', ',', ';', '|', '\n'])
        .map(|part| {
            part.chars()
                .filter(char::is_ascii_digit)
                .collect::<String>()
        })
        .filter(|digits| digits.len() >= RUN_DIGITS)
}

/// Runs of three neighbouring digits, each under a mark of the private use area so that it is no stall number.
pub fn runs(digits: &str) -> impl Iterator<Item = String> {
    (0..(digits.len() + 1).saturating_sub(RUN_DIGITS))
        .filter_map(move |at| digits.get(at..at + RUN_DIGITS))
        .map(|run| format!("{RUN_MARK}{run}"))
}

/// Index expression for a part of a number: its runs side by side. `None` when it is shorter than a run.
pub fn part_expression(digits: &str) -> Option<String> {
    let joined = runs(digits).collect::<Vec<_>>().join(" ");
    (!joined.is_empty()).then(|| format!("\"{joined}\""))
}

/// Whether enough digits are there to forgive a wrong one.
pub fn is_long(digits: &str) -> bool {
    (NEAR_DIGITS_MIN..=WHOLE_DIGITS_MAX).contains(&digits.len())
}

/// Index expressions that find every number with a part one digit away from `digits`, and some others: what they
/// find is to be checked by [`is_near`]. Empty for a short part.
pub fn near_expressions(digits: &str) -> Vec<String> {
    let mut out = Vec::new();
    let length = digits.len();
    if !is_long(digits) {
        return out;
    }
    // Numbers begin alike and end apart, so the end alone serves for a wrong digit anywhere before it.
    let end = length - NEAR_CONTEXT_DIGITS;
    out.extend(digits.get(end..).and_then(part_expression));
    for at in end.saturating_sub(1)..=length {
        // Nothing left out: a digit is missing. Two left out: one is wrong or too many, or they are exchanged.
        for width in [0, 2] {
            let after = digits.get((at + width).min(length)..).unwrap_or_default();
            let before_len = if after.len() < RUN_DIGITS {
                NEAR_CONTEXT_DIGITS
            } else {
                RUN_DIGITS
            };
            let before = digits
                .get(at.saturating_sub(before_len)..at)
                .unwrap_or_default();
            out.extend(match (part_expression(before), part_expression(after)) {
                // Two runs span the seam; each of up to two digits in between adds one.
                (Some(before), Some(after)) => Some(format!("NEAR({before} {after}, 4)")),
                (Some(part), None) if before.len() + 1 >= NEAR_CONTEXT_DIGITS => Some(part),
                (None, Some(part)) if after.len() + 1 >= NEAR_CONTEXT_DIGITS => Some(part),
                _ => None,
            });
        }
    }
    out.sort_unstable();
    out.dedup();
    out
}

/// Whether a trader's words hold a number with a part that is `digits` but for one place.
///
/// `words`: as they stand in the index, numbers as runs.
pub fn is_near(words: &str, digits: &str) -> bool {
    let mut numbers: Vec<Vec<u8>> = Vec::new();
    for run in words
        .split(' ')
        .filter_map(|word| word.strip_prefix(RUN_MARK))
        .map(str::as_bytes)
    {
        match (numbers.last_mut(), run) {
            (Some(number), [first, second, third]) if number.ends_with(&[*first, *second]) => {
                number.push(*third)
            }
            _ => numbers.push(run.to_vec()),
        }
    }
    let digits = digits.as_bytes();
    numbers.iter().any(|number| {
        (digits.len() - 1..=digits.len() + 1).any(|length| {
            number
                .windows(length.max(1))
                .any(|part| is_one_edit(part, digits))
        })
    })
}

/// Whether two texts are equal but for one sign changed, missing, too many, or two neighbours exchanged.
fn is_one_edit(one: &[u8], other: &[u8]) -> bool {
    let same_start = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let (one, other) = (
        one.get(same_start..).unwrap_or_default(),
        other.get(same_start..).unwrap_or_default(),
    );
    match (one, other) {
        ([], rest) | (rest, []) => rest.len() <= 1,
        ([a, one_rest @ ..], [b, other_rest @ ..]) => {
            one_rest == other_rest
                || one_rest == other
                || one == other_rest
                || matches!((one_rest, other_rest), ([c, one_rest @ ..], [d, other_rest @ ..]) if a == d && b == c && one_rest == other_rest)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_ways_of_writing_a_number_give_its_national_digits() {
        for (typed, expected) in [
            ("084000123456", "84000123456"),
            ("6284000123456", "84000123456"),
            ("006284000123456", "84000123456"),
            ("62084000123456", "84000123456"),
            ("84000123456", "84000123456"),
            ("3456", "3456"),
            ("6234", "6234"),
            ("0", "0"),
            ("", ""),
        ] {
            assert_eq!(national(typed), expected, "{typed}");
        }
    }

    #[test]
    fn two_numbers_in_one_field_stay_apart() {
        let found: Vec<String> = numbers("0840-0012-3456 / (0840) 00 99 0007").collect();
        assert_eq!(found, ["084000123456", "084000990007"]);
    }

    #[test]
    fn a_part_is_its_runs_side_by_side() {
        assert_eq!(
            part_expression("34567").as_deref(),
            Some("\"\u{E0FE}345 \u{E0FE}456 \u{E0FE}567\"")
        );
        assert_eq!(part_expression("34"), None);
    }

    #[test]
    fn one_other_digit_is_near_and_two_are_not() {
        let words = runs("84000123456").collect::<Vec<_>>().join(" ");
        for (digits, expected) in [
            ("84000123456", true),
            ("84000123466", true),
            ("8400123456", true),
            ("840000123456", true),
            ("84000124356", true),
            ("94000123456", true),
            ("84000123457", true),
            ("0123956", true),
            ("84000123499", false),
            ("84011223344", false),
            ("84000321456", false),
        ] {
            assert_eq!(is_near(&words, digits), expected, "{digits}");
        }
    }
}
