//! One action stands once on the server, under however many names it came.

use super::small_world::{ENROLMENTS, Server, Tablet, exchange, id, sender, sync};
use crate::change::Change;
use crate::id::{DeviceId, PersonId};
use crate::kinds::Role;
use crate::sync::acknowledge::begin;
use crate::sync::messages::{Ack, HeldReason, Offered, State};
use crate::sync::recovered::take_recovered;
use crate::sync::settle::{accept_held, twins};
use crate::sync::store::{DeviceRow, Filed, Store};

fn world() -> (Server, Tablet) {
    let mut server = Server::new();
    let person = server.person(11, Role::Canvasser, &["KNM", "PGI"]);
    server.trader(21, "KNM");
    server.trader(22, "DRJ");
    let mut tablet = Tablet::new(31, person);
    sync(&mut server, &mut tablet);
    (server, tablet)
}

/// The tablet goes on under another device id, and what it holds is numbered anew.
fn number_anew(tablet: &mut Tablet, device: u128) {
    (tablet.succeeds, tablet.device) = (Some(tablet.device), DeviceId(id(device)));
    let mut prev = None;
    for (n, (change, state)) in (1..).zip(&mut tablet.changes) {
        (change.device, change.n, change.prev) = (tablet.device, n, prev);
        prev = Some(change.hash());
        *state = None;
    }
}

/// Entries of the tablet's first action, by state.
fn entries(server: &mut Server, tablet: &Tablet, state: State) -> Vec<Filed> {
    let content = tablet.changes[0].0.content_hash();
    let filed = server.store.filed.values();
    let same = filed.filter(|f| f.content_hash == content && f.state == state);
    same.cloned().collect()
}

#[test]
fn what_was_accepted_stays_and_the_same_under_another_name_is_superseded() {
    let (mut server, mut tablet) = world();
    tablet.visit(&mut server, id(21), "KNM", None);
    let mut copy = tablet.clone();
    sync(&mut server, &mut tablet);
    number_anew(&mut copy, 41);
    copy.set(&mut server, id(21), "stall", "B-14");
    sync(&mut server, &mut copy);
    assert_eq!(entries(&mut server, &tablet, State::Accepted).len(), 1);
    assert_eq!(copy.count(Some(State::Superseded)), 1);
    assert_eq!(copy.count(Some(State::Accepted)), 1, "its chain goes on");
    assert!(copy.same_as_server);
}

#[test]
fn a_forks_entry_is_not_held_where_its_action_stands_already() {
    let (mut server, mut tablet) = world();
    let mut other = tablet.clone();
    tablet.visit(&mut server, id(21), "KNM", None);
    let mut older = tablet.clone();
    // Its number was given to another action, so that it came under a new one.
    other.set(&mut server, id(21), "stall", "B-14");
    sync(&mut server, &mut other);
    number_anew(&mut tablet, 41);
    sync(&mut server, &mut tablet);
    exchange(&mut server, &mut older, 1_000, false);
    assert_eq!(older.count(Some(State::Superseded)), 1);
    assert_eq!(entries(&mut server, &tablet, State::Accepted).len(), 1);
    assert_eq!(entries(&mut server, &tablet, State::HeldBack).len(), 0);
}

#[test]
fn what_is_held_gives_way_to_its_later_sending_and_its_tablet_is_told() {
    let (mut server, mut tablet) = world();
    tablet.visit(&mut server, id(22), "DRJ", None);
    let mut copy = tablet.clone();
    sync(&mut server, &mut tablet);
    assert_eq!(tablet.reasons[&1], HeldReason::OutOfScope);
    number_anew(&mut copy, 41);
    sync(&mut server, &mut copy);
    let held = entries(&mut server, &tablet, State::HeldBack);
    assert_eq!(held.len(), 1);
    assert_eq!(held[0].name, copy.changes[0].0.name());
    sync(&mut server, &mut tablet);
    assert_eq!(tablet.count(Some(State::Superseded)), 1);
}

#[test]
fn what_the_office_accepts_of_a_copy_has_a_name_of_its_own_and_is_not_taken_in_again() {
    let (mut server, mut tablet) = world();
    let mut copy = tablet.clone();
    copy.visit(&mut server, id(21), "KNM", None);
    tablet.set(&mut server, id(21), "stall", "B-14");
    let mut late = tablet.clone();
    sync(&mut server, &mut tablet);
    exchange(&mut server, &mut copy, 1_000, false);
    let held = entries(&mut server, &copy, State::HeldBack).remove(0);
    assert_eq!(held.reason, Some(HeldReason::ForkedDevice));
    begin(&mut server.store, server.now_ms).unwrap();
    accept_held(&mut server.store, &held, None, "")
        .unwrap()
        .unwrap();
    // Else this one would take the writes under its own change's name for its own, which nobody sends back.
    sync(&mut server, &mut late);
    assert!(late.same_as_server);
    number_anew(&mut copy, 41);
    sync(&mut server, &mut copy);
    let stands = entries(&mut server, &copy, State::Accepted);
    assert_eq!(stands.len(), 1);
    assert!(stands[0].in_chain && stands[0].name.device != tablet.device);
    assert_eq!(copy.count(Some(State::Superseded)), 1);
    assert!(copy.same_as_server);
}

#[test]
fn two_actions_of_a_program_that_draws_no_salts_may_say_the_same() {
    let (mut server, mut tablet) = world();
    for value in ["B-14", "B-15", "B-14"] {
        tablet.set(&mut server, id(21), "stall", value);
        if let Some((change, _)) = tablet.changes.last_mut() {
            change.salt = None;
        }
    }
    for at in 1..3 {
        let prev = tablet.changes[at - 1].0.hash();
        tablet.changes[at].0.prev = Some(prev);
    }
    sync(&mut server, &mut tablet);
    assert_eq!(tablet.count(Some(State::Accepted)), 3);
    let value = tablet.value("trader", id(21), "stall");
    assert_eq!(value.as_deref(), Some("B-14"));
}

/// Sends one change in the name of another enrolment.
fn send_as(server: &mut Server, enrolment: u128, tablet: &Tablet, change: &Change) -> Ack {
    let sender = sender(enrolment, &[tablet.person]);
    let offered = [Offered::Whole(change.clone())];
    server.take_from(&sender, change.clocks, &offered).remove(0)
}

#[test]
fn what_somebody_else_sent_first_is_its_own_tablets_when_that_brings_it() {
    for decided in [false, true] {
        let (mut server, mut tablet) = world();
        tablet.visit(&mut server, id(21), "KNM", None);
        tablet.set(&mut server, id(21), "stall", "B-14");
        let stranger = DeviceRow {
            device: DeviceId(id(61)),
            enrolment: id(62),
            succeeds: None,
        };
        server.store.add_device(&stranger).unwrap();
        let change = tablet.changes[0].0.clone();
        let ack = send_as(&mut server, 62, &tablet, &change);
        assert_eq!(ack.reason, Some(HeldReason::DeviceMismatch));
        let received_ms = entries(&mut server, &tablet, State::HeldBack)[0].received_ms;
        if decided {
            let held = entries(&mut server, &tablet, State::HeldBack).remove(0);
            accept_held(&mut server.store, &held, None, "")
                .unwrap()
                .unwrap();
        }
        sync(&mut server, &mut tablet);
        let said = if decided {
            State::Superseded
        } else {
            State::Accepted
        };
        assert_eq!(tablet.changes[0].1, Some(said));
        assert_eq!(
            tablet.changes[1].1,
            Some(State::Accepted),
            "its chain goes on"
        );
        assert!(tablet.same_as_server);
        let stands = entries(&mut server, &tablet, State::Accepted);
        assert_eq!(stands.len(), 1);
        assert!(stands[0].in_chain);
        if !decided {
            assert_eq!(stands[0].reason, None, "it is nobody else's any more");
            assert_eq!(stands[0].received_ms, received_ms);
        }
        exchange(&mut server, &mut tablet, 1_000, true);
        let again = send_as(&mut server, ENROLMENTS + 11, &tablet, &change);
        assert_eq!(again.state, said, "however often it comes");
        assert_eq!(entries(&mut server, &tablet, State::Accepted).len(), 1);
    }
}

/// A visit that is held, and the same action offered back under another name.
fn held_and_offered_back() -> (Server, Filed, Filed) {
    let (mut server, mut tablet) = world();
    tablet.visit(&mut server, id(22), "DRJ", None);
    sync(&mut server, &mut tablet);
    let mut change = tablet.changes[0].0.clone();
    (change.device, change.n) = (DeviceId(id(91)), 4);
    let moment = server.moment(change.clocks);
    assert_eq!(take_recovered(&mut server.store, moment, &[change]), Ok(1));
    let mut held = entries(&mut server, &tablet, State::HeldBack);
    held.sort_by_key(|entry| !entry.in_chain);
    let [own, other] = held.try_into().unwrap();
    (server, own, other)
}

#[test]
fn whichever_entry_of_an_action_is_accepted_the_other_gives_way_and_the_word_is_kept() {
    for own_first in [true, false] {
        let (mut server, own, other) = held_and_offered_back();
        let (accepted, gives_way) = if own_first {
            (own, other)
        } else {
            (other, own)
        };
        let by = Some(PersonId(id(12)));
        let stands = accept_held(&mut server.store, &accepted, by, "boleh");
        let stands = stands.unwrap().unwrap();
        let left = server.store.filed(gives_way.name).unwrap().remove(0);
        assert_eq!(left.state, State::Superseded, "{own_first}");
        let mut events = server.store.events.iter();
        let event =
            events.find(|event| event.name == stands.name && event.state == State::Accepted);
        let event = event.unwrap();
        assert_eq!((event.by, event.why.as_str()), (by, "boleh"));
    }
}

#[test]
fn without_a_salt_only_what_is_held_as_a_forks_is_the_same_action() {
    use HeldReason::{ForkedDevice, OutOfScope};
    for (state, reason, is_twin) in [
        (State::HeldBack, Some(ForkedDevice), true),
        (State::HeldBack, Some(OutOfScope), false),
        (State::Discarded, Some(ForkedDevice), false),
        (State::Accepted, None, false),
    ] {
        let (mut server, mut tablet) = world();
        tablet.set(&mut server, id(21), "stall", "B-14");
        tablet.changes[0].0.salt = None;
        sync(&mut server, &mut tablet);
        let mut entry = entries(&mut server, &tablet, State::Accepted).remove(0);
        let change = Change::from_bytes(&entry.bytes).unwrap();
        let hash = entry.hash;
        entry.name.n = 9;
        (entry.state, entry.reason) = (state, reason);
        server.store.file(&entry, 1, None, "").unwrap();
        let twins = twins(&mut server.store, &change, &hash).unwrap();
        assert_eq!(twins.len(), usize::from(is_twin), "{state:?} {reason:?}");
    }
}
