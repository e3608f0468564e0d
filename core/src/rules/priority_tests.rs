//! The worked examples of the definition, and the order of a day.

use serde_json::{Value, json};

use super::*;
use crate::definition::builtin_definition;
use crate::rules::facts::VisitFact;
use crate::rules::stall;

fn answers(pairs: &[(&str, Value)]) -> Answers {
    pairs
        .iter()
        .map(|(question, answer)| ((*question).to_owned(), answer.clone()))
        .collect()
}

#[test]
fn every_worked_example_of_the_definition_holds() {
    let definition = builtin_definition("cirebon-2019").unwrap();
    let funnel: Value =
        serde_json::from_str(include_str!("../../definition/cirebon-2019/funnel.json")).unwrap();
    let examples = funnel["priority"]["examples"].as_array().unwrap();
    assert_eq!(examples.len(), 5);
    for example in examples {
        let mut given = Answers::new();
        for code in example["ability"].as_array().unwrap() {
            given.insert(code.as_str().unwrap().to_owned(), json!(true));
        }
        for (code, answer) in example["willingness"].as_object().unwrap() {
            given.insert(code.clone(), answer.clone());
        }
        let found = priority(&definition, &given);
        let found = json!([
            found.ability,
            found.willingness,
            found.score,
            found.class.code()
        ]);
        assert_eq!(
            found,
            json!([
                example["A"],
                example["W"],
                example["score"],
                example["class"]
            ]),
            "{example}"
        );
    }
}

#[test]
fn what_is_not_known_is_no_no() {
    let definition = builtin_definition("cirebon-2019").unwrap();
    let all_able = answers(&[
        ("hp_pintar", json!("ya")),
        ("internet", json!(true)),
        ("pakai_wa", json!("yes")),
        ("kering_kemas", json!(1)),
    ]);
    let found = priority(&definition, &all_able);
    assert_eq!((found.ability, found.class), (7, Class::NotAsked));
    assert!(found.unknown.contains(&"kemauan".to_owned()) && found.known_no.is_empty());
    let odd = priority(
        &definition,
        &answers(&[("kemauan", json!("entah")), ("hp_pintar", json!("?"))]),
    );
    assert_eq!((odd.class, odd.unknown.len()), (Class::NotAsked, 12));
}

#[test]
fn a_choice_without_points_is_a_known_no() {
    let definition = builtin_definition("cirebon-2019").unwrap();
    for (answer, points) in [("belum_mau", 0), ("ragu", 1), ("mau_sekarang", 5)] {
        let found = priority(&definition, &answers(&[("kemauan", json!(answer))]));
        let (yes, no) = (found.known_yes.len(), found.known_no.len());
        assert_eq!(found.willingness, points, "{answer}");
        assert_eq!(
            (yes, no),
            if points > 0 { (1, 0) } else { (0, 1) },
            "{answer}"
        );
    }
}

#[test]
fn the_latest_answer_of_all_visits_decides() {
    let definition = builtin_definition("cirebon-2019").unwrap();
    let visit = |at_ms: i64, answer: &str| VisitFact {
        at_ms,
        outcome: "penjelasan".into(),
        answers: answers(&[("kemauan", json!(answer))]),
        ..VisitFact::default()
    };
    let facts = Facts {
        visits: vec![visit(2, "mau_sekarang"), visit(1, "belum_mau")],
        ..Facts::default()
    };
    let latest = answers(&[("kemauan", json!("mau_sekarang"))]);
    assert_eq!(
        of_facts(&definition, &facts),
        priority(&definition, &latest)
    );
}

#[test]
fn the_reason_names_the_facts_used_and_the_unknown_ones() {
    let definition = builtin_definition("cirebon-2019").unwrap();
    let given = answers(&[
        ("hp_pintar", json!(true)),
        ("kemauan", json!("mau_sekarang")),
        ("ada_waktu", json!(false)),
        ("kering_kemas", json!("ya")),
    ]);
    let found = priority(&definition, &given);
    assert_eq!(
        found.why_en,
        "Willing, needs help (ability 5, willingness 5, score 25). Known: Has a smartphone; Dry, packable goods; Wants to start now. \
         Answered no: Has time this week. Not known yet: Data or signal at the stall; Uses WhatsApp daily; Bank or e-wallet ready; \
         Has help or can do it alone; Stock and prices known; Appointment made; Tried it alone before; Willing to show neighbours."
    );
    assert!(
        found.why_id.starts_with(
            "Mau, perlu dibantu (mampu 5, mau 5, nilai 25). Diketahui: Punya HP pintar;"
        ),
        "{}",
        found.why_id
    );
}

/// Reads `id:appointment:market:stall:class:score:last` with `-` for none; gives the time of the appointment, the key of the
/// place, and the id.
fn place(text: &str) -> (i64, Vec<u8>, String) {
    let parts: Vec<&str> = text.split(':').collect();
    let class = match parts[4] {
        "A" => Class::A,
        "B" => Class::B,
        "?" => Class::NotAsked,
        "C" => Class::C,
        _ => Class::D,
    };
    let place = DayPlace {
        market_position: parts[2].parse().ok(),
        stall: &stall::parse(parts[3]),
        class,
        score: parts[5].parse().unwrap(),
        last_visit_at_ms: parts[6].parse().ok(),
    };
    let appointment = parts[1].parse().unwrap_or(i64::MAX);
    (appointment, place.key(), parts[0].to_owned())
}

#[test]
fn a_day_is_walked_by_appointment_block_class_and_score() {
    let mut places = [
        "1:-:1:A10:A:40:-",
        "2:-:1:A2:A:40:-",
        "3:-:1:A3:A:40:500",
        "4:-:1:A4:A:56:500",
        "5:-:1:A5:?:0:-",
        "6:-:1:A6:C:7:-",
        "7:-:1:B1:A:90:-",
        "8:-:2:A1:A:90:-",
        "9:800:2:Z9:D:0:-",
        "10:700:2:Z9:D:0:-",
        "11:-:1:A7:B:24:-",
        "12:-:1::A:90:-",
        "13:-:-:A1:A:90:-",
        "14:-:1:A3:A:40:499",
    ]
    .map(place);
    places.sort();
    let ids = places.map(|(_, _, id)| id);
    assert_eq!(
        ids,
        [
            "10", "9", "4", "2", "1", "14", "3", "11", "5", "6", "7", "12", "8", "13"
        ]
    );
}
