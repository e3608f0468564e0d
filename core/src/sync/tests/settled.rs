//! What happens later to what was held back, and the office's own changes.

use super::small_world::{ENROLMENTS, Server, Tablet, exchange, id, sender, sync};
use crate::change::{Change, ChangeName, Patch};
use crate::id::{CONSOLE, PersonId};
use crate::kinds::Role;
use crate::register::RecordKey;
use crate::stamp::Stamp;
use crate::sync::acknowledge::begin;
use crate::sync::messages::{HeldReason, Offered, State};
use crate::sync::settle::{CannotAccept, accept_held, judge_again, office_change};
use crate::sync::store::{Filed, Store};
use crate::value::Value;

fn world() -> (Server, Tablet) {
    let mut server = Server::new();
    let person = server.person(11, Role::Canvasser, &["KNM"]);
    server.trader(21, "KNM");
    server.trader(22, "DRJ");
    let mut tablet = Tablet::new(31, person);
    sync(&mut server, &mut tablet);
    (server, tablet)
}

fn filed(server: &mut Server, tablet: &Tablet, n: u64) -> Filed {
    let device = tablet.device;
    server
        .store
        .filed(ChangeName { device, n })
        .unwrap()
        .remove(0)
}

fn again(server: &mut Server, tablet: &Tablet, n: u64) -> bool {
    begin(&mut server.store, server.now_ms).unwrap();
    let held = filed(server, tablet, n);
    judge_again(&mut server.store, &held, &[tablet.person]).unwrap()
}

#[test]
fn what_was_out_of_scope_is_accepted_when_its_market_is_the_authors() {
    let (mut server, mut tablet) = world();
    tablet.visit(&mut server, id(22), "DRJ", None);
    sync(&mut server, &mut tablet);
    assert!(!again(&mut server, &tablet, 1));
    server.person(11, Role::Canvasser, &["KNM", "DRJ"]);
    assert!(again(&mut server, &tablet, 1));
    let accepted = filed(&mut server, &tablet, 1);
    assert_eq!(accepted.state, State::Accepted);
    assert!(!again(&mut server, &tablet, 1), "it stands already");
    // Its number was its own, so that its tablet hears of it.
    assert!(accepted.in_chain && accepted.settled_seq == accepted.seq);
    sync(&mut server, &mut tablet);
    assert_eq!(tablet.count(Some(State::Accepted)), 1);
    assert!(tablet.same_as_server);
}

#[test]
fn what_nobody_may_write_is_not_judged_again_but_by_a_person() {
    let (mut server, mut tablet) = world();
    tablet.save(&mut server, |_| {
        vec![Patch::new("trader", id(21), [("withdrawn", true.into())])]
    });
    sync(&mut server, &mut tablet);
    server.person(11, Role::Lead, &["KNM"]);
    assert!(
        !again(&mut server, &tablet, 1),
        "whatever the author is now"
    );
    let held = filed(&mut server, &tablet, 1);
    assert_eq!(held.reason, Some(HeldReason::FieldNotAllowed));
    accept_held(&mut server.store, &held, None, "")
        .unwrap()
        .unwrap();
    assert_eq!(filed(&mut server, &tablet, 1).state, State::Accepted);
}

#[test]
fn a_held_change_is_held_for_the_reason_that_holds_now() {
    let (mut server, mut tablet) = world();
    // Its trader is not there yet; then it is, and is not this author's; then it is.
    let visit = vec![Patch::new(
        "visit",
        id(501),
        [("trader", Value::id(id(23)))],
    )];
    let trader = vec![Patch::new("trader", id(23), [("market", "DRJ".into())])];
    tablet.save(&mut server, |_| trader);
    tablet.save(&mut server, |_| visit);
    sync(&mut server, &mut tablet);
    assert_eq!(
        filed(&mut server, &tablet, 2).reason,
        Some(HeldReason::DependsOnHeld)
    );
    let first = filed(&mut server, &tablet, 1);
    crate::sync::settle::discard(&mut server.store, &first, None, "")
        .unwrap()
        .unwrap();
    assert!(!again(&mut server, &tablet, 2));
    assert_eq!(
        filed(&mut server, &tablet, 2).reason,
        Some(HeldReason::OutOfScope)
    );
    let events = server.store.events.len();
    assert!(!again(&mut server, &tablet, 2));
    assert_eq!(server.store.events.len(), events, "nothing new");
    server.trader(23, "KNM");
    assert_eq!(filed(&mut server, &tablet, 2).state, State::Accepted);
    let key = RecordKey::new("visit", id(501));
    assert_eq!(server.store.records[&key].home, "KNM");
}

#[test]
fn what_hung_on_a_held_record_comes_in_with_it_though_its_author_may_not_go_there() {
    let (mut server, mut tablet) = world();
    let trader = vec![Patch::new("trader", id(23), [("market", "DRJ".into())])];
    tablet.save(&mut server, |_| trader);
    tablet.visit(&mut server, id(23), "DRJ", None);
    sync(&mut server, &mut tablet);
    let first = filed(&mut server, &tablet, 1);
    begin(&mut server.store, server.now_ms).unwrap();
    accept_held(&mut server.store, &first, None, "")
        .unwrap()
        .unwrap();
    assert_eq!(filed(&mut server, &tablet, 2).state, State::Accepted);
    let waiting = server.store.waiting_for(&RecordKey::new("trader", id(23)));
    assert!(waiting.unwrap().is_empty());
}

#[test]
fn what_cannot_be_read_or_is_of_no_kind_or_nameless_cannot_be_accepted() {
    let (mut server, mut tablet) = world();
    tablet.save(&mut server, |_| vec![Patch::new("spaceship", id(77), [])]);
    tablet.save(&mut server, |_| {
        vec![Patch::new("trader", id(0), [("name", "Sri".into())])]
    });
    sync(&mut server, &mut tablet);
    let sender = sender(ENROLMENTS + 11, &[tablet.person]);
    let damaged = Offered::Damaged {
        name: ChangeName {
            device: tablet.device,
            n: 3,
        },
        bytes: b"{".to_vec(),
    };
    let damaged = [damaged.clone(), damaged];
    let acks = server.take_from(&sender, Default::default(), &damaged);
    assert_eq!(acks[0].reason, Some(HeldReason::BadId));
    assert_eq!(acks[1], acks[0], "known by its bytes");
    assert_eq!(
        server.store.high_n(tablet.device).unwrap(),
        3,
        "its chain goes on"
    );
    for (n, reason) in [
        (1, HeldReason::UnknownKind),
        (2, HeldReason::BadId),
        (3, HeldReason::BadId),
    ] {
        let held = filed(&mut server, &tablet, n);
        assert_eq!(held.reason, Some(reason), "{n}");
        assert!(held.in_chain);
        let refused = accept_held(&mut server.store, &held, None, "").unwrap();
        assert_eq!(refused, Err(CannotAccept::NotReadable), "{n}");
        assert!(!again(&mut server, &tablet, n), "{n}");
    }
}

#[test]
fn what_hangs_on_a_trader_that_is_nobody_is_not_accepted() {
    let (mut server, mut tablet) = world();
    let of = |kind: &str, field: &str, other: u128| {
        vec![Patch::new(kind, id(501), [(field, Value::id(id(other)))])]
    };
    let cases = [
        (of("step", "trader", 99), Some(("trader", 99))),
        (of("photo", "visit", 99), Some(("photo", 501))),
        (of("attendance", "class", 99), Some(("class", 99))),
        (of("request", "trader", 99), Some(("trader", 99))),
        (of("step", "trader", 22), None),
    ];
    for (n, (patches, lacking)) in (1..).zip(cases) {
        tablet.save(&mut server, |_| patches);
        exchange(&mut server, &mut tablet, 1_000, false);
        let held = filed(&mut server, &tablet, n);
        begin(&mut server.store, server.now_ms).unwrap();
        let accepted = accept_held(&mut server.store, &held, None, "").unwrap();
        let refused = lacking.map(|(kind, number)| RecordKey::new(kind, id(number)));
        assert_eq!(accepted.err(), refused.map(CannotAccept::HangsOn), "{n}");
    }
}

#[test]
fn the_offices_changes_are_a_chain_of_their_own_each_later_than_the_one_before() {
    let (mut server, _) = world();
    let at_ms = begin(&mut server.store, server.now_ms + 50)
        .unwrap()
        .last_ms;
    let mut say = |author: Option<u128>, stall: &str| {
        let patch = Patch::new("trader", id(21), [("stall", stall.into())]);
        let author = author.map(|number| PersonId(id(number)));
        office_change(&mut server.store, author, [5; 16], vec![patch]).unwrap()
    };
    let first = say(None, "B-1");
    let second = say(Some(11), "B-2");
    assert_eq!(first.stamp, Stamp::at_ms(at_ms));
    assert_eq!(second.stamp, first.stamp.next());
    assert_eq!(second.name.n, first.name.n + 1);
    assert_eq!(second.seq, first.seq + 1);
    assert_eq!(
        (first.author, second.author),
        (Some(CONSOLE), Some(PersonId(id(11))))
    );
    let change = Change::from_bytes(&second.bytes).unwrap();
    assert_eq!(change.prev, Some(first.hash));
    assert_eq!(change.salt, Some([5; 16]));
    let seen = change.seen.unwrap();
    assert_eq!((seen.epoch, seen.seq), (server.store.head.epoch, first.seq));
    // Where the counter is full the next stamp is of a millisecond that has not come: the server's time goes along.
    server.store.head.last_ms = at_ms;
    let mut last = second;
    last.stamp = Stamp(Stamp::at_ms(at_ms + 1).0 - 1);
    server.store.file(&last, at_ms, None, "").unwrap();
    let patch = Patch::new("trader", id(21), [("stall", "B-3".into())]);
    let third = office_change(&mut server.store, None, [6; 16], vec![patch]).unwrap();
    assert_eq!(third.stamp, Stamp::at_ms(at_ms + 1));
    assert_eq!(server.store.head.last_ms, at_ms + 1);
}
