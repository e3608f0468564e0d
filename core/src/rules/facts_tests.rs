//! What had happened by a day, and the latest answers.

use serde_json::json;

use super::*;
use crate::definition::builtin_definition;

fn day(n: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2019, 8, n).unwrap()
}

#[test]
fn what_happened_after_a_day_is_not_known_on_it() {
    let visit = |n| VisitFact {
        day: day(n),
        ..VisitFact::default()
    };
    let step = |n| StepFact {
        day: day(n),
        ..StepFact::default()
    };
    let consent = |n| ConsentFact {
        day: day(n),
        ..ConsentFact::default()
    };
    let facts = Facts {
        live: true,
        listed_on: day(9),
        visits: [2, 5].map(visit).to_vec(),
        steps: [3, 6].map(step).to_vec(),
        consents: [4, 7].map(consent).to_vec(),
        ..Facts::default()
    };
    for (until, live, counts) in [
        (1, false, [0, 0, 0]),
        (2, true, [1, 0, 0]),
        (3, true, [1, 1, 0]),
        (4, true, [1, 1, 1]),
        (6, true, [2, 2, 1]),
        (7, true, [2, 2, 2]),
    ] {
        let mut cut = facts.clone();
        cut.until(day(until));
        let left = [cut.visits.len(), cut.steps.len(), cut.consents.len()];
        assert_eq!((cut.live, left), (live, counts), "{until}");
    }
    // A consent or a step alone is enough to be there; a trader that does not count stays so.
    for (mut alone, live) in [
        (
            Facts {
                visits: vec![],
                steps: vec![],
                ..facts.clone()
            },
            true,
        ),
        (
            Facts {
                visits: vec![],
                consents: vec![],
                ..facts.clone()
            },
            true,
        ),
        (
            Facts {
                live: false,
                ..facts.clone()
            },
            false,
        ),
    ] {
        alone.until(day(8));
        assert_eq!(alone.live, live);
    }
}

#[test]
fn the_latest_answer_to_a_question_counts_and_silence_is_none() {
    let definition = builtin_definition("cirebon-2019").unwrap();
    let visit = |at_ms: i64, outcome: &str, answer: Value| VisitFact {
        at_ms,
        outcome: outcome.to_owned(),
        answers: [("kemauan".to_owned(), answer)].into(),
        ..VisitFact::default()
    };
    for (visits, expected) in [
        (vec![], None),
        (vec![visit(1, "penjelasan", json!(null))], None),
        (vec![visit(1, "penjelasan", json!("  "))], None),
        (
            vec![
                visit(2, "penjelasan", json!("ragu")),
                visit(1, "penjelasan", json!("mau_nanti")),
                visit(3, "penjelasan", json!("")),
                visit(4, "batal", json!("belum_mau")),
            ],
            Some(json!("ragu")),
        ),
    ] {
        let latest = latest_answers(&definition, &visits);
        assert_eq!(latest.get("kemauan"), expected.as_ref(), "{visits:?}");
    }
}
