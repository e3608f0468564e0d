//! What the simulator found: each as a story of its own, so that it stays mended.

use super::small_world::{ENROLMENTS, Server, Tablet, exchange, id, sender, sync};
use crate::change::{Change, Patch};
use crate::kinds::Role;
use crate::merge::ERASED;
use crate::register::RecordKey;
use crate::sync::access::Sender;
use crate::sync::acknowledge::begin;
use crate::sync::messages::{HeldReason, Offered, State};
use crate::sync::recovered::take_recovered;
use crate::sync::settle::{CannotAccept, accept_held};
use crate::sync::stopped::without_values;
use crate::sync::store::Store;
use crate::value::Value;
use uuid::Uuid;

fn world() -> (Server, Tablet) {
    let mut server = Server::new();
    let person = server.person(11, Role::Canvasser, &["KNM", "PGI"]);
    server.trader(21, "KNM");
    let mut tablet = Tablet::new(31, person);
    sync(&mut server, &mut tablet);
    (server, tablet)
}

/// The tablet that was stopped and may hand in once what it still holds.
fn rescue() -> Sender {
    Sender {
        rescue: true,
        ..sender(ENROLMENTS + 11, &[])
    }
}

fn home(server: &Server, kind: &str, id: Uuid) -> String {
    server.store.records[&RecordKey::new(kind, id)].home.clone()
}

#[test]
fn a_visit_that_comes_before_its_trader_goes_where_the_trader_is() {
    let (mut server, mut tablet) = world();
    let (visit, trader) = (id(501), id(502));
    tablet.save(&mut server, |_| {
        let fields = [
            ("trader", Value::id(trader)),
            ("outcome", "mengajar".into()),
        ];
        vec![
            Patch::new("visit", visit, fields),
            Patch::new(
                "trader",
                trader,
                [("market", "PGI".into()), ("name", "Sri".into())],
            ),
        ]
    });
    sync(&mut server, &mut tablet);
    assert_eq!(tablet.count(Some(State::Accepted)), 1);
    assert_eq!(
        home(&server, "visit", visit),
        "PGI",
        "and is not shown to everybody"
    );
}

#[test]
fn a_copys_change_that_is_held_under_its_new_number_stands_there_once() {
    let (mut server, mut tablet) = world();
    let mut copy = tablet.clone();
    tablet.visit(&mut server, id(21), "KNM", None);
    sync(&mut server, &mut tablet);
    // Only a lead may do this: it is held back under whatever number.
    let withdraw = |_: &[u8; 16]| vec![Patch::new("trader", id(21), [("withdrawn", true.into())])];
    copy.save(&mut server, withdraw);
    exchange(&mut server, &mut copy, 1_000, false);
    assert_eq!(copy.reasons[&1], HeldReason::ForkedDevice);
    let (mut change, _) = copy.changes.remove(0);
    (copy.succeeds, copy.device) = (Some(copy.device), crate::id::DeviceId(id(41)));
    (change.device, change.prev) = (copy.device, None);
    copy.changes.push((change, None));
    sync(&mut server, &mut copy);
    let held = server.store.filed.values();
    let held: Vec<_> = held.filter(|f| f.state == State::HeldBack).collect();
    assert_eq!(held.len(), 1);
    assert_eq!(held[0].reason, Some(HeldReason::FieldNotAllowed));
}

#[test]
fn what_became_of_a_copys_change_is_not_told_under_a_number_that_another_change_has() {
    let (mut server, mut tablet) = world();
    let mut copy = tablet.clone();
    tablet.set(
        &mut server,
        id(22),
        "stall",
        "not in any market of this person",
    );
    exchange(&mut server, &mut tablet, 1_000, false);
    assert_eq!(tablet.count(Some(State::HeldBack)), 1);
    copy.visit(&mut server, id(21), "KNM", None);
    exchange(&mut server, &mut copy, 1_000, false);
    let (mut change, _) = copy.changes.remove(0);
    (copy.succeeds, copy.device) = (Some(copy.device), crate::id::DeviceId(id(41)));
    (change.device, change.prev) = (copy.device, None);
    copy.changes.push((change, None));
    sync(&mut server, &mut copy);
    sync(&mut server, &mut tablet);
    assert_eq!(
        tablet.count(Some(State::HeldBack)),
        1,
        "it is still held, and says so"
    );
}

#[test]
fn a_rescue_takes_what_stands_after_a_gap() {
    let (mut server, mut tablet) = world();
    tablet.visit(&mut server, id(21), "KNM", None);
    tablet.visit(&mut server, id(21), "KNM", None);
    let second = tablet.changes[1].0.clone();
    let acks = server.take_from(&rescue(), second.clocks, &[Offered::Whole(second)]);
    assert_eq!(acks.len(), 1);
    assert_eq!(acks[0].reason, Some(HeldReason::AfterRevocation));
    assert_eq!(
        server.store.high_n(tablet.device).unwrap(),
        0,
        "and fills no gap"
    );
}

#[test]
fn what_others_offered_back_outlives_what_a_stopped_tablet_kept_without_its_values() {
    let (mut server, mut tablet) = world();
    let backup = server.store.clone();
    tablet.set(&mut server, id(21), "note", "dekat pintu");
    let mut bare = tablet.changes[0].0.clone();
    server.restore(backup);
    let mut offered = bare.clone();
    offered.salt = None;
    without_values(&mut bare);
    let moment = server.moment(bare.clocks);
    offered.stamp = crate::stamp::Stamp::at_ms(moment.server_ms);
    assert_eq!(take_recovered(&mut server.store, moment, &[offered]), Ok(1));
    server.take_from(&rescue(), bare.clocks, &[Offered::Whole(bare)]);
    let filed = server.store.filed.values();
    let mut sent = filed.filter(|f| f.reason == Some(HeldReason::AfterRevocation));
    let sent = sent.next_back().cloned().expect("it is held");
    accept_held(&mut server.store, &sent, None, "")
        .unwrap()
        .unwrap();
    let filed = server.store.filed.values();
    let open = filed.filter(|f| f.state == State::HeldBack);
    let reasons: Vec<_> = open.map(|f| f.reason).collect();
    assert_eq!(reasons, [Some(HeldReason::Recovered)]);
}

fn values(server: &Server, mark: &str) -> usize {
    let changes = server.store.filed.values();
    let changes = changes.filter_map(|f| Change::from_bytes(&f.bytes).ok());
    let patches = changes.flat_map(|c| c.patches);
    let texts = patches.filter(|p| p.value("note").and_then(Value::as_text) == Some(mark));
    texts.count()
}

#[test]
fn a_trader_erased_before_its_creation_comes_again_keeps_its_visits_and_no_value() {
    let (mut server, mut tablet) = world();
    let (visit, trader) = (id(501), id(502));
    server.office(vec![Patch::new("trader", trader, [(ERASED, true.into())])]);
    tablet.save(&mut server, |_| {
        let fields = [
            ("trader", Value::id(trader)),
            ("market", "PGI".into()),
            ("note", "rahasia".into()),
        ];
        vec![
            Patch::new(
                "trader",
                trader,
                [("market", "PGI".into()), ("name", "Sri".into())],
            ),
            Patch::new("visit", visit, fields),
        ]
    });
    tablet.save(&mut server, |_| {
        vec![Patch::new("visit", visit, [("note", "rahasia".into())])]
    });
    sync(&mut server, &mut tablet);
    assert_eq!(tablet.count(Some(State::Accepted)), 2);
    assert_eq!(home(&server, "visit", visit), "PGI");
    assert_eq!(values(&server, "rahasia"), 0);
}

#[test]
fn a_correction_of_a_held_visit_of_somebody_erased_is_held_without_its_value() {
    let (mut server, mut tablet) = world();
    let (visit, trader) = (id(501), id(22));
    server.trader(22, "DRJ");
    server.office(vec![Patch::new("trader", trader, [(ERASED, true.into())])]);
    tablet.save(&mut server, |_| {
        vec![Patch::new("visit", visit, [("trader", Value::id(trader))])]
    });
    tablet.save(&mut server, |_| {
        vec![Patch::new("visit", visit, [("note", "rahasia".into())])]
    });
    sync(&mut server, &mut tablet);
    assert_eq!(tablet.count(Some(State::HeldBack)), 2);
    assert_eq!(values(&server, "rahasia"), 0);
}

#[test]
fn a_return_that_comes_before_its_visit_goes_where_the_visit_is() {
    let (mut server, mut tablet) = world();
    let (visit, given_back) = (id(501), id(503));
    let fields = [("visit", Value::id(visit)), ("why", "kurang".into())];
    server.office(vec![Patch::new("return", given_back, fields)]);
    assert_eq!(home(&server, "return", given_back), "*");
    tablet.save(&mut server, |_| {
        let fields = [
            ("trader", Value::id(id(21))),
            ("outcome", "mengajar".into()),
        ];
        vec![Patch::new("visit", visit, fields)]
    });
    sync(&mut server, &mut tablet);
    assert_eq!(home(&server, "return", given_back), "KNM");
    assert!(tablet.same_as_server);
    server.office(vec![Patch::new(
        "trader",
        id(21),
        [("market", "PGI".into())],
    )]);
    assert_eq!(home(&server, "return", given_back), "PGI", "and goes along");
}

#[test]
fn a_fill_that_a_restore_broke_off_begins_again() {
    let (mut server, mut tablet) = world();
    server.trader(22, "KNM");
    server.trader(23, "KNM");
    let backup = server.store.clone();
    // It goes on to the end of the order, and a new tablet passes the place where the restore puts it back.
    let note = Patch::new("trader", id(21), [("stall_name", "Kios Rokayah".into())]);
    server.office(vec![note]);
    let mut new = Tablet::new(32, tablet.person);
    let mut pages = 0;
    while !new.filling.contains_key(&RecordKey::new("trader", id(22))) {
        assert!(exchange(&mut server, &mut new, 1, false));
        pages += 1;
        assert!(pages < 20);
    }
    server.restore(backup);
    for tablet in [&mut new, &mut tablet] {
        sync(&mut server, tablet);
        assert!(tablet.same_as_server);
        assert!(tablet.value("trader", id(21), "name").is_some());
    }
}

#[test]
fn what_one_home_told_before_a_restore_took_rows_of_another_which_is_read_anew() {
    let (mut server, mut tablet) = world();
    server.trader(24, "PGI");
    sync(&mut server, &mut tablet);
    let backup = server.store.clone();
    let moved = |market: &str| Patch::new("trader", id(24), [("market", market.into())]);
    server.office(vec![moved("KNM")]);
    server.trader(23, "KNM");
    // It hears where the trader went, and the line breaks before it has heard of the home that the trader left.
    let mut pages = 0;
    let key = RecordKey::new("trader", id(24));
    while tablet.confirmed[&key].0 != "KNM" {
        assert!(exchange(&mut server, &mut tablet, 1, false));
        pages += 1;
        assert!(pages < 20);
    }
    server.restore(backup);
    sync(&mut server, &mut tablet);
    assert!(tablet.same_as_server);
    assert_eq!(tablet.confirmed[&key].0, "PGI");
}

#[test]
fn a_correction_waits_for_its_visit_that_is_held_and_comes_in_with_it() {
    let (mut server, mut tablet) = world();
    server.trader(22, "DRJ");
    let visit = tablet.visit(&mut server, id(22), "DRJ", None);
    tablet.save(&mut server, |_| {
        vec![Patch::new("visit", visit, [("outcome", "tutup".into())])]
    });
    sync(&mut server, &mut tablet);
    assert_eq!(tablet.reasons[&1], HeldReason::OutOfScope);
    assert_eq!(tablet.reasons[&2], HeldReason::DependsOnHeld);
    let held = |server: &mut Server, n| {
        let name = crate::change::ChangeName {
            device: tablet.device,
            n,
        };
        server.store.filed(name).unwrap().remove(0)
    };
    // Alone it would be a visit of nobody, in nobody's market.
    let correction = held(&mut server, 2);
    begin(&mut server.store, server.now_ms).unwrap();
    let refused = accept_held(&mut server.store, &correction, None, "").unwrap();
    let key = RecordKey::new("visit", visit);
    assert_eq!(refused, Err(CannotAccept::HangsOn(key)));
    let creation = held(&mut server, 1);
    accept_held(&mut server.store, &creation, None, "")
        .unwrap()
        .unwrap();
    assert_eq!(held(&mut server, 2).state, State::Accepted);
    assert_eq!(home(&server, "visit", visit), "DRJ");
}

#[test]
fn a_correction_that_came_first_loses_its_value_when_its_visit_names_somebody_erased() {
    let (mut server, mut tablet) = world();
    let (visit, trader) = (id(501), id(22));
    server.trader(22, "DRJ");
    server.office(vec![Patch::new("trader", trader, [(ERASED, true.into())])]);
    tablet.save(&mut server, |_| {
        vec![Patch::new("visit", visit, [("note", "rahasia".into())])]
    });
    sync(&mut server, &mut tablet);
    assert_eq!(values(&server, "rahasia"), 1, "nobody can know yet");
    tablet.save(&mut server, |_| {
        vec![Patch::new("visit", visit, [("trader", Value::id(trader))])]
    });
    sync(&mut server, &mut tablet);
    assert_eq!(tablet.count(Some(State::HeldBack)), 2);
    assert_eq!(values(&server, "rahasia"), 0);
}

#[test]
fn what_an_erasure_of_before_the_restore_took_comes_back_without_its_value() {
    let (mut server, mut tablet) = world();
    let visit = id(501);
    let key = RecordKey::new("visit", visit);
    server.store.erase_ahead(&key).unwrap();
    tablet.save(&mut server, |_| {
        vec![Patch::new("visit", visit, [("note", "rahasia".into())])]
    });
    sync(&mut server, &mut tablet);
    assert_eq!(tablet.count(Some(State::HeldBack)), 1);
    assert_eq!(values(&server, "rahasia"), 0);
}
