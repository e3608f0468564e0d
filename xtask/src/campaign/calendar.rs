//! The days of the campaign: Cirebon in 2019, with the holiday on 11 August and a market that trades at night.

use chrono::{Datelike, Days, NaiveDate, Weekday};
use grebeg_core::definition::Definition;

use crate::field::days::{self, at_ms};
use crate::field::story::Mood;
use crate::field::walk::Hours;

/// Before anything begins: 28 July 2019, 09:00 in Cirebon.
pub const BEFORE_MS: i64 = 1_564_279_200_000;
/// Hours of a night market, from the end of the night to the middle of the morning.
const NIGHT: ((u32, u32), (u32, u32)) = ((2, 30), (9, 0));

/// The day of training in the town hall.
pub fn training() -> NaiveDate {
    NaiveDate::from_ymd_opt(2019, 7, 29).unwrap_or_default()
}

/// A day in the markets; the first one has number 0.
pub fn field_day(number: u64) -> NaiveDate {
    training() + Days::new(number + 1)
}

/// Idul Adha 1440 H.
pub fn holiday() -> NaiveDate {
    NaiveDate::from_ymd_opt(2019, 8, 11).unwrap_or_default()
}

/// Who is met on a day: markets are full before the holiday, closed on it, and half closed after it.
pub fn mood(day: NaiveDate) -> Mood {
    let (new_missed, known_missed, busy) = match (day - holiday()).num_days() {
        -2 => (25, 8, 15),
        -1 => (20, 8, 40),
        0 => (95, 88, 0),
        1 => (60, 35, 0),
        2 => (40, 15, 0),
        _ if day.weekday() == Weekday::Sun => (35, 14, 10),
        _ => return Mood::USUAL,
    };
    Mood {
        new_missed,
        known_missed,
        busy,
    }
}

/// On the holiday one canvasser in six goes to see who is there.
pub fn works(day: NaiveDate, canvasser: usize) -> bool {
    day != holiday() || canvasser.is_multiple_of(6)
}

/// Whether the market's working day begins in the morning, because it trades through the night.
pub fn is_night_market(definition: &Definition, market: &str, day: NaiveDate) -> bool {
    definition.day_starts_at(market, day) > chrono::NaiveTime::MIN
}

/// When a market is walked.
pub fn hours(definition: &Definition, market: &str, day: NaiveDate) -> Hours {
    match is_night_market(definition, market, day) {
        true => Hours {
            midnight_ms: at_ms(definition, day, (0, 0)),
            from_ms: at_ms(definition, day, NIGHT.0),
            to_ms: at_ms(definition, day, NIGHT.1),
        },
        false => days::morning(definition, day),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use grebeg_core::definition::builtin_definition;

    #[test]
    fn two_weeks_end_on_the_day_after_the_holiday() {
        let definition = builtin_definition("cirebon-2019").unwrap();
        assert_eq!(field_day(0).to_string(), "2019-07-30");
        assert_eq!(field_day(13).to_string(), "2019-08-12");
        assert!(mood(holiday()).new_missed > 90 && !works(holiday(), 1));
        assert_eq!(
            BEFORE_MS,
            at_ms(&definition, training().pred_opt().unwrap(), (9, 0))
        );
        assert!(is_night_market(&definition, "JGS", training()));
        assert!(!is_night_market(&definition, "KNM", training()));
    }
}
