//! Instants in answers, as milliseconds that a story can compare.

use crate::client::now_ms;
use serde_json::Value;

/// Milliseconds since 1970 of an RFC 3339 text with zone; panics where it is none.
#[track_caller]
pub fn millis(text: &str) -> i64 {
    parse(text).unwrap_or_else(|| panic!("no RFC 3339 instant: {text:?}"))
}

/// Asks that an instant in an answer is less than two minutes from now: a shown time that is right.
#[track_caller]
pub fn assert_now(at: &Value) {
    let text = at
        .as_str()
        .unwrap_or_else(|| panic!("an instant expected: {at}"));
    let off = millis(text) - now_ms() as i64;
    assert!(off.abs() < 120_000, "{text} is {off} ms from now");
}

/// The calendar year in an RFC 3339 text.
#[track_caller]
pub fn year(at: &Value) -> u32 {
    at.as_str()
        .and_then(|text| text.get(..4)?.parse().ok())
        .unwrap_or_else(|| panic!("no year: {at}"))
}

fn parse(text: &str) -> Option<i64> {
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    let rest = text.get(19..)?;
    let zone_at = rest.find(['Z', 'z', '+', '-'])?;
    let (fraction, zone) = rest.split_at(zone_at);
    let digits: String = fraction
        .trim_start_matches('.')
        .chars()
        .chain("000".chars())
        .take(3)
        .collect();
    let offset_minutes = match zone.get(1..) {
        Some("") => 0,
        Some(clock) => {
            let minutes =
                clock.get(..2)?.parse::<i64>().ok()? * 60 + clock.get(3..5)?.parse::<i64>().ok()?;
            if zone.starts_with('-') {
                -minutes
            } else {
                minutes
            }
        }
        None => return None,
    };
    let minutes = (days(year, month, day) * 24 + hour) * 60 + minute - offset_minutes;
    Some((minutes * 60 + second) * 1_000 + digits.parse::<i64>().ok()?)
}

/// Days since 1970-01-01 in the Gregorian calendar (years counted from March, so that the leap day is last).
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let from_march = (month + 9) % 12;
    let day_of_year = (153 * from_march + 2) / 5 + day - 1;
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year
        - 719_468
}

#[cfg(test)]
mod tests {
    use super::millis;

    #[test]
    fn instants_are_read_in_any_zone() {
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2019-07-30T08:00:00.250+07:00", 1_564_448_400_250),
            ("2000-02-29T23:59:59.9Z", 951_868_799_900),
            ("2099-01-01T00:00:00-01:00", 4_070_912_400_000),
        ] {
            assert_eq!(millis(text), expected, "{text}");
        }
    }
}
