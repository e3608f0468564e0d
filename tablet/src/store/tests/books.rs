//! Whatever happens, and in whatever order: every recorded visit stands in exactly one column of the books.

use super::office::{Office, Tablet};
use crate::command::{self, Command, Reply};
use crate::save::visit::VisitAction;
use crate::store::view;
use proptest::prelude::*;
use uuid::Uuid;

#[derive(Debug, Clone)]
enum Step {
    Visit { trader: usize, outcome: usize },
    Undo,
    Sync,
    LostAnswer,
    Reopen,
    Copy,
    Office { trader: usize },
}

const OUTCOMES: [&str; 3] = ["tutup", "mengajar", "penjelasan"];

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (0..4usize, 0..3usize).prop_map(|(trader, outcome)| Step::Visit { trader, outcome }),
        1 => Just(Step::Undo),
        2 => Just(Step::Sync),
        1 => Just(Step::LostAnswer),
        1 => Just(Step::Reopen),
        1 => Just(Step::Copy),
        1 => (0..4usize).prop_map(|trader| Step::Office { trader }),
    ];
    proptest::collection::vec(step, 1..14)
}

fn check(tablet: &mut Tablet, made: u64) {
    let definition = tablet.store.definition().unwrap();
    let books = view::books(&tablet.store.conn, &definition, None).unwrap();
    assert_eq!(books.recorded, made, "{books:?}");
    assert_eq!(
        books.recorded,
        books.counted + books.waiting + books.held_back + books.set_aside,
        "{books:?}"
    );
    let reply = command::run(&mut tablet.store, Command::Doctor { repair: false }).unwrap();
    assert!(
        matches!(&reply, Reply::Doctor(doctor) if doctor.ok),
        "{reply:?}"
    );
}

fn play(steps: Vec<Step>) {
    let mut office = Office::new();
    let traders: Vec<Uuid> = (1..=4)
        .map(|n| office.trader(n, "KNM", &format!("Pedagang {n}")))
        .collect();
    let mut tablet = office.tablet();
    tablet.sync(&mut office);
    let mut visits: Vec<Uuid> = Vec::new();
    for step in steps {
        match step {
            Step::Visit { trader, outcome } => {
                let action = VisitAction {
                    trader: traders[trader].to_string(),
                    outcome: OUTCOMES[outcome].into(),
                    steps: vec!["prep.hp".into()],
                    ..VisitAction::default()
                };
                let reply = command::run(&mut tablet.store, Command::Visit(action)).unwrap();
                if let Reply::Visited { visit_id, .. } = reply {
                    visits.push(visit_id);
                }
            }
            Step::Undo => {
                if let Some(visit) = visits.last() {
                    let command = Command::Undo {
                        visit: visit.to_string(),
                        as_person: None,
                    };
                    command::run(&mut tablet.store, command).unwrap();
                }
            }
            Step::Sync => assert!(tablet.sync(&mut office).same_as_server),
            Step::LostAnswer => {
                office.lose_answers = 1;
                assert_eq!(tablet.try_sync(&mut office), "cut");
            }
            Step::Reopen => tablet = tablet.reopened(),
            Step::Copy => {
                // The original goes on elsewhere and sends first.
                let (mut original, copy) = tablet.copied();
                let action = VisitAction {
                    trader: traders[0].to_string(),
                    outcome: "tutup".into(),
                    ..VisitAction::default()
                };
                command::run(&mut original.store, Command::Visit(action)).unwrap();
                assert!(original.sync(&mut office).same_as_server);
                tablet = copy;
            }
            Step::Office { trader } => {
                office.set("trader", traders[trader], "commodity", "terasi".into());
            }
        }
        check(&mut tablet, visits.len() as u64);
    }
    let result = tablet.sync(&mut office);
    assert_eq!(result.waiting, 0);
    assert!(result.same_as_server, "{result:?}");
    check(&mut tablet, visits.len() as u64);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn every_recorded_visit_is_in_one_column(steps in steps()) {
        play(steps);
    }
}

#[test]
fn what_a_copy_sent_first_is_counted_as_its_record_says() {
    play(vec![
        Step::Copy,
        Step::Visit {
            trader: 0,
            outcome: 0,
        },
        Step::Copy,
    ]);
}
