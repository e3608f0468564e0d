//! Which working day an instant belongs to: markets that trade at night start their day in the morning.

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime};

use super::Definition;

impl Definition {
    /// The local time at which the working day with this label starts in the market.
    ///
    /// The last entry valid on that day; before the first entry the first; without any, midnight.
    pub fn day_starts_at(&self, market_code: &str, day: NaiveDate) -> NaiveTime {
        let starts = self
            .market(market_code)
            .map(|market| market.day_starts.as_slice())
            .unwrap_or_default();
        let valid = starts
            .iter()
            .rev()
            .find(|start| start.valid_from <= day)
            .or(starts.first());
        valid.map_or(NaiveTime::MIN, |start| start.at)
    }

    /// The campaign's local time of an instant in UTC milliseconds. Instants that no calendar has become the
    /// nearest end of what can be told.
    pub fn local_time(&self, at_ms: i64) -> NaiveDateTime {
        let instant = DateTime::from_timestamp_millis(at_ms).unwrap_or(if at_ms < 0 {
            DateTime::UNIX_EPOCH
        } else {
            FAR_FUTURE
        });
        // The very first and last representable instants have no local time in some zones.
        let clamped = instant.clamp(DateTime::UNIX_EPOCH, FAR_FUTURE);
        clamped.with_timezone(&self.timezone()).naive_local()
    }

    /// The label of the working day of an instant (UTC milliseconds) in a market.
    ///
    /// It is the latest day that has already started: with a start at 05:00, 02:30 belongs to the day before. The
    /// start is the one valid on the day itself, so a later change of the setting renames no earlier day.
    pub fn working_day(&self, market_code: &str, at_ms: i64) -> NaiveDate {
        let local = self.local_time(at_ms);
        let today = local.date();
        if local.time() >= self.day_starts_at(market_code, today) {
            return today;
        }
        today.checked_sub_days(Days::new(1)).unwrap_or(today)
    }
}

/// 2500-01-01T00:00:00Z, in seconds: beyond any clock that a tablet shows.
const FAR_FUTURE: DateTime<chrono::Utc> = match DateTime::from_timestamp(16_725_225_600, 0) {
    Some(instant) => instant,
    None => DateTime::UNIX_EPOCH,
};

#[cfg(test)]
mod tests {
    use super::super::{Definition, Fields, builtin_definition, files::CIREBON_2019};
    use chrono::DateTime;
    use serde_json::{Value, json};

    fn at(text: &str) -> i64 {
        DateTime::parse_from_rfc3339(text)
            .unwrap()
            .timestamp_millis()
    }

    #[test]
    fn the_examples_of_the_definition_hold() {
        let definition = builtin_definition("cirebon-2019").unwrap();
        let markets: Value = serde_json::from_str(CIREBON_2019.markets).unwrap();
        let examples = markets["working_day_rule"]["examples"].as_array().unwrap();
        assert_eq!(examples.len(), 3);
        for example in examples {
            let day = definition.working_day(
                example["market"].as_str().unwrap(),
                at(example["at"].as_str().unwrap()),
            );
            assert_eq!(
                day.to_string(),
                example["working_day"].as_str().unwrap(),
                "{example}"
            );
        }
    }

    #[test]
    fn a_night_shift_stays_in_one_day() {
        let definition = builtin_definition("cirebon-2019").unwrap();
        for (time, day) in [
            ("2019-08-01T20:00:00+07:00", "2019-08-01"),
            ("2019-08-02T04:59:59+07:00", "2019-08-01"),
            ("2019-08-02T05:00:00+07:00", "2019-08-02"),
            ("2011-08-02T04:00:00+07:00", "2011-08-01"),
        ] {
            assert_eq!(
                definition.working_day("JGS", at(time)).to_string(),
                day,
                "{time}"
            );
        }
    }

    #[test]
    fn a_new_start_renames_no_earlier_day() {
        let mut market = Fields::new();
        market.insert("code".into(), json!("JGS"));
        market.insert("day_starts_at".into(), json!([{"valid_from": "2019-08-10", "at": "00:00"}, {"valid_from": "2019-07-29", "at": "05:00"}]));
        let definition = Definition::from_entries([("market", &market)]);
        for (time, day) in [
            ("2019-08-09T02:00:00+07:00", "2019-08-08"),
            ("2019-08-10T02:00:00+07:00", "2019-08-10"),
            ("2019-08-09T23:00:00+07:00", "2019-08-09"),
        ] {
            assert_eq!(
                definition.working_day("JGS", at(time)).to_string(),
                day,
                "{time}"
            );
        }
    }

    #[test]
    fn impossible_instants_and_unknown_markets_have_a_day_too() {
        let definition = Definition::default();
        for at_ms in [i64::MIN, -1, 0, i64::MAX] {
            let _ = definition.working_day("???", at_ms);
        }
        assert_eq!(
            definition.working_day("???", i64::MAX).to_string(),
            "2500-01-01"
        );
    }
}
