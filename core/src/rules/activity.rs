//! Day 7/14/30 checks: what a check says, and which checks are due.

use chrono::{Days, NaiveDate};

use super::facts::{Answers, VisitFact, counted_visits, is_empty};
use crate::definition::Definition;
use crate::definition::value::whole;

/// The field of a check that says how many products are live.
pub const PRODUCTS: &str = "produk_tayang";

/// What an activity check found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CheckResult {
    /// Products are live and orders came.
    Active,
    /// Products are live, no orders.
    Ready,
    /// No product is live.
    NotActive,
    /// Nobody answered: says nothing about the shop and changes no stage.
    NotReached,
}

impl CheckResult {
    /// The code of the definition's results.
    pub fn code(self) -> &'static str {
        match self {
            Self::Active => "aktif",
            Self::Ready => "siap",
            Self::NotActive => "tidak_aktif",
            Self::NotReached => "tidak_terhubung",
        }
    }
}

/// The result of a check's fields; `None` when there was no check.
///
/// Reads `produk_tayang` (whole number, also as text) and `pesanan` (`0`, `1-4`, `5-19`, `20+`). A check without
/// a number of products reached nobody. Without an answer about orders a shop counts as ready, not as active:
/// what is not known is not counted as success.
pub fn result(check: &Answers) -> Option<CheckResult> {
    let field = |name: &str| check.get(name).filter(|value| !is_empty(value));
    if !check.values().any(|value| !is_empty(value)) {
        return None;
    }
    let Some(products) = field(PRODUCTS)
        .and_then(whole)
        .filter(|products| *products >= 0)
    else {
        return Some(CheckResult::NotReached);
    };
    if products == 0 {
        return Some(CheckResult::NotActive);
    }
    let orders = field("pesanan").map(|value| {
        value
            .as_str()
            .map_or_else(|| value.to_string(), |text| text.trim().to_owned())
    });
    match orders.as_deref() {
        None | Some("0") => Some(CheckResult::Ready),
        Some(_) => Some(CheckResult::Active),
    }
}

/// The result of the latest check that reached the trader, among visits given oldest first.
pub fn latest_result<'a>(
    visits: impl DoubleEndedIterator<Item = &'a VisitFact>,
) -> Option<CheckResult> {
    visits
        .rev()
        .filter_map(|visit| result(&visit.check))
        .find(|result| *result != CheckResult::NotReached)
}

/// Where a check stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CheckState {
    /// The shop is too young for it; to be shown apart and never as a failure.
    TooYoung,
    Due,
    /// The window is over; it can still be recorded.
    Late,
    Done,
}

/// One check of one trader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckStatus {
    /// `hari_7`, `hari_14`, `hari_30`.
    pub code: String,
    pub due_from: NaiveDate,
    /// Last day on which it is not late.
    pub due_until: NaiveDate,
    pub state: CheckState,
    /// Of the latest recorded check for this day.
    pub result: Option<CheckResult>,
    /// Working day on which that was recorded.
    pub checked_on: Option<NaiveDate>,
}

/// All checks of a trader whose first product went live on `anchor`, as they stand on `today`.
///
/// A recorded check belongs to the one it names (`cek`), else to the last one that was due on its day; one before
/// the first is no check of this list. One that reached nobody leaves the check open.
pub fn checks(
    definition: &Definition,
    anchor: NaiveDate,
    visits: &[VisitFact],
    today: NaiveDate,
) -> Vec<CheckStatus> {
    let mut statuses: Vec<CheckStatus> = definition
        .activity_checks()
        .iter()
        .map(|check| {
            let due_from = days_after(anchor, check.day);
            let due_until = days_after(due_from, check.window_days);
            let state = match today {
                today if today < due_from => CheckState::TooYoung,
                today if today <= due_until => CheckState::Due,
                _ => CheckState::Late,
            };
            CheckStatus {
                code: check.code.clone(),
                due_from,
                due_until,
                state,
                result: None,
                checked_on: None,
            }
        })
        .collect();
    for visit in counted_visits(definition, visits) {
        let Some(found) = result(&visit.check) else {
            continue;
        };
        let named = visit.check.get("cek").and_then(|value| value.as_str());
        let place = statuses
            .iter()
            .position(|status| Some(status.code.as_str()) == named)
            .or_else(|| {
                statuses
                    .iter()
                    .rposition(|status| status.due_from <= visit.day)
            });
        let Some(status) = place.and_then(|at| statuses.get_mut(at)) else {
            continue;
        };
        if found != CheckResult::NotReached {
            status.state = CheckState::Done;
        } else if status.state == CheckState::Done {
            continue;
        }
        status.result = Some(found);
        status.checked_on = Some(visit.day);
    }
    statuses
}

/// How the traders of a campaign stand with one check.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ActivityCount {
    pub code: String,
    /// Shops that are not old enough; to be shown apart.
    pub too_young: u64,
    /// Checks that are open and in time, or late.
    pub due: u64,
    pub late: u64,
    /// Checks that reached the trader, by result.
    pub active: u64,
    pub ready: u64,
    pub not_active: u64,
}

/// Adds one trader's checks to the counts, which grow by the checks they do not have yet.
pub fn count(counts: &mut Vec<ActivityCount>, checks: &[CheckStatus]) {
    for check in checks {
        let at = counts
            .iter()
            .position(|count| count.code == check.code)
            .unwrap_or_else(|| {
                counts.push(ActivityCount {
                    code: check.code.clone(),
                    ..ActivityCount::default()
                });
                counts.len() - 1
            });
        let Some(count) = counts.get_mut(at) else {
            continue;
        };
        match (check.state, check.result) {
            (CheckState::TooYoung, _) => count.too_young += 1,
            (CheckState::Due, _) => count.due += 1,
            (CheckState::Late, _) => count.late += 1,
            (CheckState::Done, Some(CheckResult::Active)) => count.active += 1,
            (CheckState::Done, Some(CheckResult::NotActive)) => count.not_active += 1,
            (CheckState::Done, _) => count.ready += 1,
        }
    }
}

/// The day `days` after another; days beyond the calendar stay at it.
pub(crate) fn days_after(day: NaiveDate, days: i64) -> NaiveDate {
    u64::try_from(days)
        .ok()
        .and_then(|days| day.checked_add_days(Days::new(days)))
        .unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::builtin_definition;
    use serde_json::{Value, json};

    fn fields(value: Value) -> Answers {
        value.as_object().unwrap().clone().into_iter().collect()
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_check_says_what_its_fields_say() {
        for (check, expected) in [
            (json!({}), None),
            (json!({"produk_tayang": null}), None),
            (
                json!({"produk_tayang": 3, "pesanan": "1-4"}),
                Some(CheckResult::Active),
            ),
            (
                json!({"produk_tayang": "3", "pesanan": "20+"}),
                Some(CheckResult::Active),
            ),
            (
                json!({"produk_tayang": 3, "pesanan": "0"}),
                Some(CheckResult::Ready),
            ),
            (
                json!({"produk_tayang": 3, "pesanan": 0}),
                Some(CheckResult::Ready),
            ),
            (json!({"produk_tayang": 3}), Some(CheckResult::Ready)),
            (
                json!({"produk_tayang": 0, "pesanan": "5-19"}),
                Some(CheckResult::NotActive),
            ),
            (
                json!({"produk_tayang": "banyak"}),
                Some(CheckResult::NotReached),
            ),
            (json!({"cek": "hari_7"}), Some(CheckResult::NotReached)),
        ] {
            assert_eq!(result(&fields(check.clone())), expected, "{check}");
        }
    }

    #[test]
    fn checks_become_due_late_and_done() {
        let definition = builtin_definition("cirebon-2019").unwrap();
        let anchor = day("2019-08-01");
        let states = |visits: &[VisitFact], today: &str| -> Vec<CheckState> {
            checks(&definition, anchor, visits, day(today))
                .into_iter()
                .map(|check| check.state)
                .collect()
        };
        use CheckState::{Done, Due, Late, TooYoung};
        assert_eq!(states(&[], "2019-08-07"), [TooYoung, TooYoung, TooYoung]);
        assert_eq!(states(&[], "2019-08-08"), [Due, TooYoung, TooYoung]);
        assert_eq!(states(&[], "2019-08-11"), [Due, TooYoung, TooYoung]);
        assert_eq!(states(&[], "2019-08-12"), [Late, TooYoung, TooYoung]);
        let visit = |day_text: &str, check: Value| VisitFact {
            day: day(day_text),
            outcome: "cek_aktif".into(),
            check: fields(check),
            ..VisitFact::default()
        };
        let found = visit("2019-08-09", json!({"produk_tayang": 2, "pesanan": "0"}));
        assert_eq!(
            states(std::slice::from_ref(&found), "2019-08-16"),
            [Done, Due, TooYoung]
        );
        let nobody = visit("2019-08-16", json!({"cek": "hari_14"}));
        let both = checks(&definition, anchor, &[found, nobody], day("2019-08-16"));
        assert_eq!(
            (both[1].state, both[1].result),
            (Due, Some(CheckResult::NotReached))
        );
        assert_eq!(both[0].result, Some(CheckResult::Ready));
        let mut counts = Vec::new();
        count(&mut counts, &both);
        count(
            &mut counts,
            &checks(&definition, anchor, &[], day("2019-08-16")),
        );
        let shown: Vec<[u64; 4]> = counts
            .iter()
            .map(|count| [count.too_young, count.due, count.late, count.ready])
            .collect();
        assert_eq!(shown, [[0, 0, 1, 1], [0, 2, 0, 0], [2, 0, 0, 0]]);
    }

    /// Each case: recorded checks as the day in August and the fields, and how hari_7 and hari_14 stand on the 16th.
    #[test]
    fn a_recorded_check_belongs_to_the_one_it_names_or_the_last_that_was_due() {
        use CheckState::{Done, Due, Late};
        let definition = builtin_definition("cirebon-2019").unwrap();
        let found = json!({"produk_tayang": 2, "pesanan": "0"});
        let named = json!({"cek": "hari_14", "produk_tayang": 2});
        let nobody = json!({"cek": "hari_7"});
        for (recorded, states) in [
            (vec![], [Late, Due]),
            (vec![(9, json!({}))], [Late, Due]),
            (vec![(7, found.clone())], [Late, Due]),
            (vec![(9, found.clone())], [Done, Due]),
            (vec![(15, found.clone())], [Late, Done]),
            (vec![(9, named)], [Late, Done]),
            (vec![(9, nobody.clone())], [Late, Due]),
            (vec![(9, found), (10, nobody)], [Done, Due]),
        ] {
            let visits: Vec<VisitFact> = (1..)
                .zip(&recorded)
                .map(|(at_ms, (on, check))| VisitFact {
                    at_ms,
                    day: NaiveDate::from_ymd_opt(2019, 8, *on).unwrap(),
                    outcome: "cek_aktif".into(),
                    check: fields(check.clone()),
                    ..VisitFact::default()
                })
                .collect();
            let checks = checks(&definition, day("2019-08-01"), &visits, day("2019-08-16"));
            assert_eq!([checks[0].state, checks[1].state], states, "{recorded:?}");
        }
    }

    #[test]
    fn each_result_is_a_code_of_the_definition() {
        for (result, code) in [
            (CheckResult::Active, "aktif"),
            (CheckResult::Ready, "siap"),
            (CheckResult::NotActive, "tidak_aktif"),
            (CheckResult::NotReached, "tidak_terhubung"),
        ] {
            assert_eq!(result.code(), code);
        }
    }

    #[test]
    fn a_check_that_reached_the_trader_counts_by_its_result() {
        let definition = builtin_definition("cirebon-2019").unwrap();
        let mut counts = Vec::new();
        for (times, products, orders) in [(3, 2, "5-19"), (2, 2, "0"), (1, 0, "0")] {
            let visit = VisitFact {
                day: day("2019-08-08"),
                outcome: "cek_aktif".into(),
                check: fields(json!({"produk_tayang": products, "pesanan": orders})),
                ..VisitFact::default()
            };
            let found = checks(&definition, day("2019-08-01"), &[visit], day("2019-08-08"));
            for _ in 0..times {
                count(&mut counts, &found);
            }
        }
        let first = &counts[0];
        assert_eq!((first.active, first.ready, first.not_active), (3, 2, 1));
        assert_eq!((first.due, first.late, first.too_young), (0, 0, 0));
    }
}
