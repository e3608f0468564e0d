//! The days over which a campaign's target is to be reached. They are those of the definition, and change nothing by
//! themselves: a campaign that is played at another time gets as many days from its first visit on.

use chrono::{Days, NaiveDate};
use grebeg_core::definition::Definition;
use serde_json::{Value as Json, json};

/// Days of a campaign that says nothing about them.
const DAYS_USUAL: u64 = 14;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Calendar {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub date: NaiveDate,
    /// The days are those of the definition.
    pub official: bool,
}

impl Calendar {
    /// As it looks on `date`; `first`: the first day with a visit.
    pub fn of(definition: &Definition, date: NaiveDate, first: Option<NaiveDate>) -> Self {
        let campaign = &definition.campaign;
        let told = campaign
            .training_date
            .or(campaign.field_from)
            .zip(campaign.field_to);
        if let Some((from, to)) = told.filter(|(from, to)| *from <= date && date <= *to) {
            return Self {
                from,
                to,
                date,
                official: true,
            };
        }
        let length = told.map_or(DAYS_USUAL, |(from, to)| {
            u64::try_from((to - from).num_days()).unwrap_or(DAYS_USUAL)
        });
        let from = first.unwrap_or(date).min(date);
        let to = from
            .checked_add_days(Days::new(length))
            .unwrap_or(date)
            .max(date);
        Self {
            from,
            to,
            date,
            official: false,
        }
    }

    pub fn days(&self) -> impl Iterator<Item = NaiveDate> {
        let to = self.to;
        self.from.iter_days().take_while(move |day| *day <= to)
    }

    /// Days that are left after the one that is shown.
    pub fn left(&self) -> i64 {
        (self.to - self.date).num_days()
    }

    /// The share of the target that an even pace has reached at the end of the day that is shown.
    pub fn even_share(&self) -> f64 {
        let whole = (self.to - self.from).num_days();
        if whole <= 0 {
            return 1.0;
        }
        (self.date - self.from).num_days() as f64 / whole as f64
    }

    pub fn to_json(self) -> Json {
        json!({
            "from": self.from, "to": self.to, "official": self.official,
            "day_number": (self.date - self.from).num_days() + 1, "days": (self.to - self.from).num_days() + 1,
            "days_left": self.left(), "even_share": self.even_share(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use grebeg_core::definition::builtin_definition;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn shown(date: &str, first: Option<&str>) -> String {
        let definition = builtin_definition("cirebon-2019").unwrap();
        let calendar = Calendar::of(&definition, day(date), first.map(day));
        let number = (calendar.date - calendar.from).num_days() + 1;
        format!(
            "{}..{} day {number}, {} left, {:.0}%",
            calendar.from,
            calendar.to,
            calendar.left(),
            calendar.even_share() * 100.0
        )
    }

    #[test]
    fn a_campaign_has_its_days_and_a_played_one_as_many_from_its_first_visit() {
        for (date, first, expected) in [
            (
                "2019-08-06",
                None,
                "2019-07-29..2019-08-12 day 9, 6 left, 57%",
            ),
            (
                "2019-08-06",
                Some("2019-08-01"),
                "2019-07-29..2019-08-12 day 9, 6 left, 57%",
            ),
            (
                "2026-03-05",
                Some("2026-03-02"),
                "2026-03-02..2026-03-16 day 4, 11 left, 21%",
            ),
            (
                "2026-03-05",
                None,
                "2026-03-05..2026-03-19 day 1, 14 left, 0%",
            ),
            (
                "2026-05-01",
                Some("2026-03-02"),
                "2026-03-02..2026-05-01 day 61, 0 left, 100%",
            ),
        ] {
            assert_eq!(shown(date, first), expected, "{date}");
        }
    }
}
