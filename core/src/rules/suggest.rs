//! The follow-up that a visit suggests.

use chrono::NaiveDate;

use super::activity::days_after;
use super::facts::{VisitFact, counted_visits};
use crate::definition::Definition;

/// A suggested follow-up; everything in it can be changed by the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowUp {
    /// Code of `follow_up_kinds`.
    pub kind: String,
    /// Day in the campaign's time zone.
    pub date: NaiveDate,
    /// `canvasser` or `lead`.
    pub who: String,
}

/// The follow-up of a visit with this outcome on this working day, or `None` when the outcome implies none.
///
/// `attempts`: visits in a row without contact, this one included. From the definition's number on the lead takes it.
pub fn follow_up(
    definition: &Definition,
    outcome: &str,
    visit_day: NaiveDate,
    attempts: i64,
) -> Option<FollowUp> {
    let outcome = definition.outcome(outcome)?;
    let default = outcome.follow_up.as_ref()?;
    let to_lead = !outcome.contact && attempts >= definition.attempts_before_lead;
    Some(FollowUp {
        kind: default.kind.clone(),
        date: days_after(visit_day, default.in_days),
        who: if to_lead {
            "lead".to_owned()
        } else {
            default.who.clone()
        },
    })
}

/// How many of the latest visits in a row met nobody.
pub fn attempts_without_contact(definition: &Definition, visits: &[VisitFact]) -> i64 {
    let counted = counted_visits(definition, visits);
    let missed = counted.iter().rev().take_while(|visit| {
        !definition
            .outcome(&visit.outcome)
            .is_some_and(|outcome| outcome.contact)
    });
    i64::try_from(missed.count()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::builtin_definition;

    #[test]
    fn the_outcome_sets_the_day() {
        let definition = builtin_definition("cirebon-2019").unwrap();
        let day: NaiveDate = "2019-07-31".parse().unwrap();
        for (outcome, attempts, expected) in [
            (
                "mengajar",
                0,
                Some(("lanjut_langkah", "2019-08-02", "canvasser")),
            ),
            (
                "pergi",
                1,
                Some(("kunjungan_hari_ini", "2019-07-31", "canvasser")),
            ),
            (
                "tutup",
                2,
                Some(("kunjungan_lanjutan", "2019-08-01", "canvasser")),
            ),
            (
                "tutup",
                3,
                Some(("kunjungan_lanjutan", "2019-08-01", "lead")),
            ),
            ("menolak", 0, Some(("tanya_ulang", "2019-08-07", "lead"))),
            ("menolak_tetap", 0, None),
            ("batal", 0, None),
            ("unheard_of", 0, None),
        ] {
            let found = follow_up(&definition, outcome, day, attempts);
            let found = found.as_ref().map(|found| {
                (
                    found.kind.as_str(),
                    found.date.to_string(),
                    found.who.as_str(),
                )
            });
            let expected = expected.map(|(kind, date, who)| (kind, date.to_owned(), who));
            assert_eq!(found, expected, "{outcome}");
        }
    }

    #[test]
    fn a_meeting_starts_the_attempts_anew() {
        let definition = builtin_definition("cirebon-2019").unwrap();
        let visits: Vec<VisitFact> = ["tutup", "mengajar", "tutup", "batal", "pergi"]
            .iter()
            .enumerate()
            .map(|(at, outcome)| VisitFact {
                at_ms: at as i64,
                outcome: (*outcome).into(),
                ..VisitFact::default()
            })
            .collect();
        assert_eq!(attempts_without_contact(&definition, &visits), 2);
    }
}
