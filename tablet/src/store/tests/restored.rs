//! Copies, lost stores and a restored server together: nothing is lost, and the books say what is.

use super::office::{Office, Tablet, ready};
use super::stories::{assert_healthy, books, visit};
use crate::store::own::{self, OwnState};
use crate::store::view::Books;
use crate::store::{record, view};
use grebeg_core::register::RecordKey;
use grebeg_core::sync::messages::{Answer, State};
use grebeg_core::sync::settle;
use grebeg_core::value::Value;

fn counted(visits: u64) -> Books {
    Books {
        recorded: visits,
        counted: visits,
        ..Books::default()
    }
}

fn states(tablet: &Tablet) -> Vec<OwnState> {
    let all = own::all(&tablet.store.conn).unwrap();
    all.into_iter().map(|own| own.state).collect()
}

/// What is held as a copy's on the server, by number.
fn forked(office: &Office, n: u64) -> grebeg_core::sync::store::Filed {
    let mut filed = office.memory.filed.values();
    let found = filed.find(|f| f.state == State::HeldBack && f.name.n == n);
    found.expect("held").clone()
}

#[test]
fn what_stands_after_a_gap_of_an_earlier_id_gets_a_new_number() {
    let (mut office, tablet, traders) = ready(4);
    let (mut rival, mut tablet) = tablet.copied();
    let backup = office.memory.clone();
    visit(&mut rival, traders[0], "tutup");
    rival.sync(&mut office);
    visit(&mut tablet, traders[1], "tutup");
    visit(&mut tablet, traders[2], "mengajar");
    office.lose_answers = 1;
    assert_eq!(tablet.try_sync(&mut office), "cut");
    // The second is decided about while it is held as a copy's, so that it keeps its number and the first does not.
    let held = forked(&office, 2);
    settle::discard(&mut office.memory, &held, None, "")
        .unwrap()
        .unwrap();
    tablet.sync(&mut office);
    assert_eq!(
        states(&tablet),
        [
            OwnState::Said(State::Accepted),
            OwnState::Said(State::Discarded)
        ]
    );
    office.restore(backup);
    let result = tablet.sync(&mut office);
    assert_eq!(result.waiting, 0);
    assert!(result.same_as_server);
    assert_eq!(books(&mut tablet), counted(2));
    assert_healthy(&mut tablet);
}

#[test]
fn what_an_earlier_sync_left_held_as_a_copys_has_its_turn_at_the_next() {
    let (mut office, tablet, traders) = ready(2);
    let (mut rival, mut tablet) = tablet.copied();
    visit(&mut rival, traders[0], "tutup");
    rival.sync(&mut office);
    visit(&mut tablet, traders[1], "tutup");
    // A server that calls everything a copy is not asked for ever.
    office.tamper = Some(|answer: &mut Answer| {
        for ack in &mut answer.acks {
            ack.state = State::HeldBack;
            ack.reason = Some(grebeg_core::sync::messages::HeldReason::ForkedDevice);
        }
    });
    tablet.sync(&mut office);
    assert_eq!(states(&tablet), [OwnState::Said(State::HeldBack)]);
    office.tamper = None;
    tablet.sync(&mut office);
    assert_eq!(tablet.sync(&mut office).waiting, 0);
    assert_eq!(books(&mut tablet), counted(1));
}

#[test]
fn the_servers_last_word_of_an_own_visit_goes_before_a_record_that_is_about_to_leave() {
    let (mut office, mut tablet, traders) = ready(2);
    let there = visit(&mut tablet, traders[0], "tutup");
    tablet.sync(&mut office);
    visit(&mut tablet, traders[1], "mengajar");
    office.markets = vec!["PGI".into()];
    office.set("visit", there, "outcome", Value::text("batal"));
    // Nothing is said of what waits: as long as it does, the market's records stay.
    office.tamper = Some(|answer: &mut Answer| answer.acks.clear());
    assert_eq!(tablet.try_sync(&mut office), "not_our_server");
    let key = RecordKey::new("visit", there);
    let row = record::get(&tablet.store.conn, &key).unwrap().unwrap();
    let here = row.confirmed.unwrap();
    assert_eq!(here.text("outcome"), Some("tutup"), "it is here, as it was");
    let expected = Books {
        recorded: 2,
        set_aside: 1,
        waiting: 1,
        ..Books::default()
    };
    assert_eq!(books(&mut tablet), expected);
}

#[test]
fn a_superseded_visit_counts_as_its_record_says() {
    let (mut office, tablet, traders) = ready(2);
    let (mut rival, mut tablet) = tablet.copied();
    visit(&mut rival, traders[0], "tutup");
    rival.sync(&mut office);
    let made = visit(&mut tablet, traders[1], "mengajar");
    let (mut tablet, mut older) = tablet.copied();
    tablet.sync(&mut office);
    older.sync(&mut office);
    assert_eq!(states(&older), [OwnState::Said(State::Superseded)]);
    assert_eq!(books(&mut older), counted(1));
    office.set("visit", made, "outcome", Value::text("batal"));
    older.sync(&mut office);
    let definition = older.store.definition().unwrap();
    let books = view::books(&older.store.conn, &definition, None).unwrap();
    assert_eq!((books.recorded, books.set_aside), (1, 1));
}

#[test]
fn an_answer_of_before_the_restore_is_not_taken_after_it() {
    let (mut office, mut tablet, traders) = ready(2);
    let backup = office.memory.clone();
    visit(&mut tablet, traders[0], "tutup");
    tablet.sync(&mut office);
    let (before, before_ms) = (office.memory.clone(), office.now_ms);
    office.restore(backup);
    tablet.sync(&mut office);
    // Somebody on the line answers with what the server said then.
    let (now, now_ms) = (office.memory.clone(), office.now_ms);
    (office.memory, office.now_ms) = (before.clone(), before_ms);
    assert_eq!(tablet.try_sync(&mut office), "not_our_server");
    (office.memory, office.now_ms) = (now, now_ms);
    assert!(tablet.sync(&mut office).same_as_server);
    // The store of then is put back by hand.
    office.memory = before;
    assert!(tablet.sync(&mut office).same_as_server);
    assert!(tablet.sync(&mut office).same_as_server);
    assert_eq!(books(&mut tablet), counted(1));
}
