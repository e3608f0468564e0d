//! Phone numbers for the search: one national form, cut into runs of three digits so that any part is found.

/// Digits of a run; a shorter part of a number is not looked up as a phone number.
pub const RUN_DIGITS: usize = 3;
/// Fewest and most digits of a whole national number (ITU-T E.164 allows 15 with the country code).
const WHOLE_DIGITS_MIN: usize = 9;
const WHOLE_DIGITS_MAX: usize = 13;
/// Digits around a wrong one that must agree; more would make the search walk through numbers that all begin alike.
const NEAR_CONTEXT_DIGITS: usize = 7;
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

/// Index expressions for numbers that differ from `digits` in one place: a digit wrong, missing, too many, or two
/// exchanged. What stands before and after that place must be near each other. Empty for a short part.
pub fn near_expressions(digits: &str) -> Vec<String> {
    let mut out = Vec::new();
    if digits.len() < NEAR_DIGITS_MIN {
        return out;
    }
    for at in 0..digits.len() {
        for width in [1, 2] {
            let (Some(before), Some(after)) = (digits.get(..at), digits.get(at + width..)) else {
                continue;
            };
            let after_len = after
                .len()
                .min(NEAR_CONTEXT_DIGITS - before.len().min(NEAR_CONTEXT_DIGITS / 2));
            let before_len = before.len().min(NEAR_CONTEXT_DIGITS - after_len);
            let (Some(before), Some(after)) =
                (digits.get(at - before_len..at), after.get(..after_len))
            else {
                continue;
            };
            match (part_expression(before), part_expression(after)) {
                // Up to two digits of the other number lie between, which are four runs.
                (Some(before), Some(after)) => out.push(format!("NEAR({before} {after}, 4)")),
                (Some(part), None) if before_len + 2 >= NEAR_DIGITS_MIN => out.push(part),
                (None, Some(part)) if after_len + 2 >= NEAR_DIGITS_MIN => out.push(part),
                _ => {}
            }
        }
    }
    out
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
}
