//! What a tablet takes from standard input, and answers that say less, or more, than they may.

use super::office::{Tablet, ready_with_one};
use crate::command::{self, Command, Reply};
use crate::error::TabletError;
use crate::save::visit::VisitAction;
use crate::store::own::{self, OwnState};
use grebeg_core::change::Patch;
use grebeg_core::sync::messages::{Ack, Answer, State};
use grebeg_core::value::Value;
use uuid::Uuid;

/// Saves one line of `record`. Errors: its code.
fn save(tablet: &mut Tablet, trader: Uuid, rest: &str) -> Result<Uuid, &'static str> {
    let line = format!(r#"{{"trader":"{trader}","outcome":"tutup"{rest}}}"#);
    let action: VisitAction = serde_json::from_str(&line).map_err(|_| "no visit")?;
    match command::run(&mut tablet.store, Command::Visit(action)) {
        Ok(Reply::Visited { visit_id, .. }) => Ok(visit_id),
        Ok(reply) => panic!("{reply:?}"),
        Err(error) => Err(error.code()),
    }
}

fn waiting(tablet: &Tablet) -> u64 {
    own::count(&tablet.store.conn, OwnState::Waiting).unwrap()
}

#[test]
fn null_is_as_good_as_nothing() {
    let (_, mut tablet, trader) = ready_with_one();
    for field in [
        "steps",
        "undo_steps",
        "answers",
        "consent",
        "reason",
        "needs",
        "check",
        "note",
        "follow_up_date",
        "as",
    ] {
        let rest = format!(r#","{field}":null"#);
        assert!(save(&mut tablet, trader, &rest).is_ok(), "{field}");
    }
}

#[test]
fn an_answer_too_deep_is_a_bad_value_and_no_damage() {
    let (_, mut tablet, trader) = ready_with_one();
    for (depth, expected) in [(14, "ok"), (50, "bad_value")] {
        let (open, close) = ("[".repeat(depth), "]".repeat(depth));
        let rest = format!(r#","answers":{{"x":{open}{close}}}"#);
        let saved = save(&mut tablet, trader, &rest).map_or_else(|code| code, |_| "ok");
        assert_eq!(saved, expected, "{depth} deep");
    }
}

#[test]
fn a_number_of_products_is_a_number_however_it_was_typed() {
    let (_, mut tablet, trader) = ready_with_one();
    for typed in ["3", r#""3""#, r#"" 3 ""#] {
        let rest = format!(r#","check":{{"produk_tayang":{typed},"pesanan":"0"}}"#);
        let visit = save(&mut tablet, trader, &rest).unwrap();
        let own = own::all(&tablet.store.conn).unwrap().pop().unwrap();
        let patch = own.change.patches.iter().find(|p| p.id == visit).unwrap();
        let check = patch.value("check").unwrap().to_json();
        assert_eq!(
            check,
            serde_json::json!({"produk_tayang": 3, "pesanan": "0"})
        );
    }
}

#[test]
fn an_answer_that_says_nothing_about_what_was_sent_is_no_sync() {
    let (mut office, mut tablet, trader) = ready_with_one();
    save(&mut tablet, trader, "").unwrap();
    office.tamper = Some(|answer: &mut Answer| answer.acks.clear());
    assert_eq!(tablet.try_sync(&mut office), "not_our_server");
    assert_eq!(waiting(&tablet), 1);
    office.tamper = None;
    assert_eq!(tablet.sync(&mut office).waiting, 0);
}

#[test]
fn nothing_is_decided_about_what_the_server_has_not_acknowledged() {
    let (mut office, mut tablet, trader) = ready_with_one();
    save(&mut tablet, trader, "").unwrap();
    for state in [State::Accepted, State::Discarded, State::Superseded] {
        office.tamper = Some(match state {
            State::Accepted => |answer: &mut Answer| decide(answer, State::Accepted),
            State::Discarded => |answer: &mut Answer| decide(answer, State::Discarded),
            _ => |answer: &mut Answer| decide(answer, State::Superseded),
        });
        assert_eq!(tablet.try_sync(&mut office), "not_our_server", "{state:?}");
        assert_eq!(waiting(&tablet), 1, "{state:?}");
    }
}

/// The acknowledgements become decisions.
fn decide(answer: &mut Answer, state: State) {
    let acks = std::mem::take(&mut answer.acks);
    answer.settled = acks.into_iter().map(|ack| Ack { state, ..ack }).collect();
}

#[test]
fn returns_are_shown_to_the_author_of_the_visit_and_answered_by_nobody_else() {
    let (mut office, mut tablet, trader) = ready_with_one();
    let (visit, back) = (Uuid::from_u128(50), Uuid::from_u128(51));
    let fields = [
        ("trader", Value::id(trader)),
        ("outcome", "tutup".into()),
        ("market", "KNM".into()),
    ];
    office.write(vec![Patch::new("visit", visit, fields)]);
    let fields = [("visit", Value::id(visit)), ("reason", "salah".into())];
    office.write(vec![Patch::new("return", back, fields)]);
    tablet.sync(&mut office);
    let reply = command::run(&mut tablet.store, Command::Returned).unwrap();
    assert_eq!(reply, Reply::Returned(Vec::new()));
    let answer = Command::Amend {
        visit: visit.to_string(),
        fields: Vec::new(),
        answers: Some(back.to_string()),
        as_person: None,
    };
    let refused = command::run(&mut tablet.store, answer);
    assert!(
        matches!(refused, Err(TabletError::FieldNotAllowed { .. })),
        "{refused:?}"
    );
}
