//! What an answer holds, and for whom.

use super::small_world::{ENROLMENTS, Server, Tablet, exchange, id, sync};
use crate::change::{Change, ChangeName, Patch};
use crate::id::{DeviceId, PersonId};
use crate::kinds::{Role, Roles};
use crate::limits;
use crate::merge::ERASED;
use crate::register::RecordKey;
use crate::stamp::{Clocks, Contact, Stamp};
use crate::sync::acknowledge::begin;
use crate::sync::exchange::{Asked, Caller, answer, receive, scope_of, speaks_for};
use crate::sync::messages::{
    Answer, Cursor, HeldReason, Offered, PROTOCOL, Position, Report, Request, State,
};
use crate::sync::offer::{Ready, request};
use crate::sync::settle::{accept_held, discard};
use crate::sync::store::{DeviceRow, Store};
use crate::value::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Canvasser 11 and lead 12 in KNM and PGI; traders 21 and 22 in KNM, 23 in PGI.
fn world() -> (Server, Tablet, Tablet) {
    let mut server = Server::new();
    let canvasser = server.person(11, Role::Canvasser, &["KNM", "PGI"]);
    let lead = server.person(12, Role::Lead, &["KNM", "PGI"]);
    for (trader, market) in [(21, "KNM"), (22, "KNM"), (23, "PGI")] {
        server.trader(trader, market);
    }
    (server, Tablet::new(31, canvasser), Tablet::new(32, lead))
}

fn asks(person: PersonId) -> Caller {
    Caller {
        enrolment: id(ENROLMENTS + person.0.as_u128()),
        people: vec![person],
        rescue: false,
        contact: None,
    }
}

fn empty_request(device: u128) -> Request {
    Request {
        protocol: PROTOCOL,
        device: DeviceId(id(device)),
        succeeds: None,
        position: None,
        clocks: Clocks::default(),
        reports: Vec::new(),
        changes: Vec::new(),
        acked_n: 0,
        repaired: 0,
        recovered: Vec::new(),
    }
}

/// The answer to a request without changes, by a client that keeps homes or does not.
fn told(
    server: &mut Server,
    person: PersonId,
    position: Option<&Position>,
    page: usize,
    simple: bool,
) -> Answer {
    let caller = asks(person);
    let scope = scope_of(&mut server.store, &caller.people).unwrap();
    let asked = Asked {
        enrolment: caller.enrolment,
        device: DeviceId(id(31)),
        position,
        acks: Vec::new(),
        scope: &scope,
        page_records: page,
        simple,
        now_ms: server.now_ms,
    };
    answer(&mut server.store, asked).unwrap()
}

fn moves(server: &mut Server, trader: u128, market: &str) {
    server.office(vec![Patch::new(
        "trader",
        id(trader),
        [("market", market.into())],
    )]);
}

#[test]
fn a_request_speaks_for_its_own_devices_and_new_ones_that_succeed_them() {
    let (mut server, ..) = world();
    let row = |device: u128, enrolment: u128| DeviceRow {
        device: DeviceId(id(device)),
        enrolment: id(enrolment),
        succeeds: None,
    };
    server.store.add_device(&row(41, 1)).unwrap();
    server.store.add_device(&row(42, 2)).unwrap();
    let mut speaks = |device, succeeds: Option<u128>| {
        let succeeds = succeeds.map(|device| DeviceId(id(device)));
        speaks_for(&mut server.store, id(1), DeviceId(id(device)), succeeds).unwrap()
    };
    assert!(speaks(41, None));
    assert!(!speaks(42, None), "another's");
    assert!(!speaks(42, Some(41)), "whatever it says");
    assert!(speaks(43, Some(41)));
    assert!(!speaks(43, Some(42)));
    assert!(!speaks(43, None) && !speaks(43, Some(44)));
}

#[test]
fn a_new_device_is_known_by_its_enrolment_and_what_it_succeeds() {
    let (mut server, a, _) = world();
    let mut new = empty_request(51);
    new.succeeds = Some(DeviceId(id(31)));
    receive(&mut server.store, &asks(a.person), 1, &new).unwrap();
    let row = server.store.device(new.device).unwrap().unwrap();
    assert_eq!(row.enrolment, asks(a.person).enrolment);
    assert_eq!(row.succeeds, new.succeeds);
}

#[test]
fn an_answer_tells_whose_it_is_when_and_what_the_server_holds_of_each_device() {
    let (mut server, mut a, _) = world();
    a.visit(&mut server, id(21), "KNM", None);
    sync(&mut server, &mut a);
    server.now_ms += 1_000;
    let answer = told(&mut server, a.person, a.position.as_ref(), 1_000, false);
    assert_eq!(answer.device, Some(a.device));
    assert_eq!(answer.epoch, server.store.head.epoch);
    assert_eq!(answer.server_ms, server.now_ms);
    assert_eq!(answer.high_n, BTreeMap::from([(a.device, 1)]));
    assert_eq!(Some(&answer.position), a.position.as_ref());
    begin(&mut server.store, server.now_ms + 500).unwrap();
    let answer = told(&mut server, a.person, None, 1_000, false);
    assert_eq!(answer.server_ms, server.now_ms + 500, "a commit is ahead");
}

#[test]
fn ones_own_writes_come_back_only_into_a_home_that_is_filled_or_to_a_client_that_keeps_none() {
    for (simple, fills, comes_back) in [(false, false, 0), (true, false, 1), (false, true, 1)] {
        let (mut server, mut a, _) = world();
        sync(&mut server, &mut a);
        a.set(&mut server, id(21), "stall", "B-1");
        a.set(&mut server, id(22), "market", "PGI");
        begin(&mut server.store, server.now_ms).unwrap();
        let caller = asks(a.person);
        let changes = a.changes.iter().map(|(c, _)| Offered::Whole(c.clone()));
        let mut sent = empty_request(31);
        sent.changes = changes.collect();
        sent.position = a.position.clone().filter(|_| !fills);
        let (acks, _) = receive(&mut server.store, &caller, server.now_ms, &sent).unwrap();
        assert_eq!(acks[1].reason, Some(HeldReason::FieldNotAllowed));
        let scope = scope_of(&mut server.store, &caller.people).unwrap();
        let asked = Asked {
            enrolment: caller.enrolment,
            device: a.device,
            position: sent.position.as_ref(),
            acks: acks.clone(),
            scope: &scope,
            page_records: 1_000,
            simple,
            now_ms: server.now_ms,
        };
        let answer = answer(&mut server.store, asked).unwrap();
        assert_eq!(answer.acks, acks);
        let stalls = answer
            .records
            .iter()
            .filter_map(|r| r.fields.get("stall"))
            .filter(|stall| stall.value == Value::text("B-1"));
        assert_eq!(stalls.count(), comes_back);
        assert!(
            comes_back > 0 || answer.records.is_empty(),
            "nothing to tell"
        );
    }
}

#[test]
fn of_a_record_that_is_known_only_what_changed_is_told() {
    let (mut server, mut a, _) = world();
    // The last that was read is the creation itself.
    server.trader(24, "KNM");
    sync(&mut server, &mut a);
    server.office(vec![Patch::new(
        "trader",
        id(24),
        [("stall", "B-1".into())],
    )]);
    let answer = told(&mut server, a.person, a.position.as_ref(), 1_000, false);
    let fields: Vec<&String> = answer.records[0].fields.keys().collect();
    assert_eq!(
        (answer.records.len(), fields),
        (1, vec![&"stall".to_owned()])
    );
}

#[test]
fn a_stopped_tablet_hands_in_its_own_and_offers_nothing_back() {
    let (mut server, a, _) = world();
    let offered = Change {
        device: DeviceId(id(91)),
        n: 1,
        stamp: Stamp::at_ms(5),
        clocks: Clocks::default(),
        author: a.person,
        seen: None,
        prev: None,
        salt: None,
        patches: vec![Patch::new("trader", id(21), [("newer", "1".into())])],
    };
    for rescue in [true, false] {
        let mut request = empty_request(31);
        request.recovered = vec![offered.clone()];
        let caller = Caller {
            rescue,
            ..asks(a.person)
        };
        receive(&mut server.store, &caller, 1, &request).unwrap();
        let filed = server.store.filed(offered.name()).unwrap();
        assert_eq!(filed.len(), usize::from(!rescue));
    }
}

#[test]
fn a_monotonic_clock_that_stood_still_since_the_last_exchange_places_nothing() {
    for (stood_still, belongs_ms) in [(false, 0), (true, 1)] {
        let (mut server, mut a, _) = world();
        let now = begin(&mut server.store, server.now_ms).unwrap().last_ms;
        let read = |mono_ms| Clocks {
            wall_ms: now,
            boot: Some(7),
            mono_ms: Some(mono_ms),
        };
        // An hour ago by the wall clock, five minutes by the monotonic one.
        a.set(&mut server, id(21), "stall", "B-1");
        let mut change = a.changes[0].0.clone();
        change.clocks = Clocks {
            wall_ms: now - 3_600_000,
            ..read(700_000)
        };
        change.stamp = Stamp::at_ms(0);
        change.seen = None;
        let mut request = empty_request(31);
        request.clocks = read(1_000_000);
        request.changes = vec![Offered::Whole(change)];
        let caller = Caller {
            contact: Some(Contact {
                server_ms: now - 900_000,
                clocks: read(if stood_still { 900_000 } else { 100_000 }),
            }),
            ..asks(a.person)
        };
        let (acks, contact) = receive(&mut server.store, &caller, now, &request).unwrap();
        let ago_ms = [300_000, 3_600_000][belongs_ms];
        assert_eq!(acks[0].stamp, Some(Stamp::at_ms(now - ago_ms)));
        assert_eq!(contact.clocks, request.clocks);
        assert_eq!(contact.server_ms, now);
    }
}

#[test]
fn people_who_share_a_tablet_see_together_what_each_of_them_may() {
    let (mut server, a, b) = world();
    let c = server.person(13, Role::Canvasser, &["DRJ"]);
    let viewer = server.person(14, Role::Viewer, &["KNM"]);
    let admin = server.person(15, Role::Admin, &[]);
    let mut scope = |people: &[PersonId]| {
        let scope = scope_of(&mut server.store, people).unwrap();
        (scope.roles, scope.markets.join(" "))
    };
    let field = Roles::CANVASSER.and(Roles::LEAD);
    assert_eq!(
        scope(&[a.person, b.person, c]),
        (field, "DRJ KNM PGI".into())
    );
    assert_eq!(scope(&[viewer]), (Roles::VIEWER, String::new()));
    assert_eq!(scope(&[admin]), (Roles::ADMIN, "DRJ KNM PGI".into()));
    assert_eq!(scope(&[PersonId(id(99))]), (Roles::NONE, String::new()));
    server.office(vec![Patch::new(
        "person",
        id(13),
        [("active", false.into())],
    )]);
    let scope = scope_of(&mut server.store, &[a.person, c]).unwrap();
    assert_eq!(scope.markets, ["KNM", "PGI"]);
}

#[test]
fn states_are_named_as_they_are_read() {
    let states = [
        (State::Accepted, "accepted"),
        (State::HeldBack, "held_back"),
        (State::Discarded, "discarded"),
        (State::Superseded, "superseded"),
    ];
    for (state, code) in states {
        assert_eq!(state.code(), code);
        assert_eq!(State::parse(code), Some(state));
    }
    assert_eq!(State::parse("held-back"), None);
}

/// How many of the waiting changes go into a request, when each takes so many bytes.
fn offered(count: usize, bytes: usize) -> usize {
    let (mut server, mut a, _) = world();
    a.set(&mut server, id(21), "stall", "B-1");
    let change = a.changes[0].0.clone();
    let reports = (0..limits::REPORTS_MAX + 1).map(|day| Report {
        date: format!("2019-{day:03}"),
        ..Report::default()
    });
    let ready = Ready {
        protocol: PROTOCOL,
        device: a.device,
        succeeds: None,
        position: None,
        clocks: Clocks::default(),
        reports: reports.collect(),
        acked_n: 0,
        waiting: vec![(change, bytes); count],
    };
    let (request, names) = request(ready);
    assert_eq!(request.reports.len(), limits::REPORTS_MAX);
    assert_eq!(request.reports[0].date, "2019-120", "the latest days");
    assert_eq!(request.changes.len(), names.len());
    names.len()
}

#[test]
fn a_request_takes_what_fits_half_of_it_and_one_change_in_any_case() {
    let half = limits::WIRE_BYTES_MAX / 2;
    assert_eq!(offered(3, half / 2), 2);
    assert_eq!(offered(3, half / 2 + 1), 1);
    assert_eq!(offered(2, half + 1), 1);
    let max = limits::REQUEST_CHANGES_MAX;
    assert_eq!(offered(max + 1, 1), max);
}

#[test]
fn a_first_fill_tells_of_no_leaving_and_pages_hold_no_more_than_asked() {
    let (mut server, a, _) = world();
    moves(&mut server, 21, "PGI");
    let mut position = None;
    let mut seen = Vec::new();
    for _ in 0..40 {
        let answer = told(&mut server, a.person, position.as_ref(), 2, false);
        assert!(answer.records.len() <= 2);
        seen.extend(answer.records.iter().map(|r| r.key.clone()));
        if position.is_none() {
            assert!(answer.left.is_empty(), "it never held it");
        }
        assert_eq!(answer.digest.is_some(), !answer.more, "with the last page");
        position = Some(answer.position);
        if !answer.more {
            break;
        }
    }
    let whole = told(&mut server, a.person, None, 1_000, false);
    assert!(!whole.more);
    assert!(whole.left.is_empty(), "it never held any home");
    let mut all: Vec<RecordKey> = whole.records.iter().map(|r| r.key.clone()).collect();
    seen.sort();
    all.sort();
    assert_eq!(seen, all, "each once");
}

/// Each case: where a trader of KNM went, one market after the other, and how often it is told that it left KNM.
#[test]
fn what_left_a_home_is_told_once_and_not_where_it_is_back() {
    for (markets, times) in [
        (&["PGI"][..], 1),
        (&["PGI", "KNM"], 0),
        (&["PGI", "KNM", "PGI"], 1),
    ] {
        let (mut server, mut a, _) = world();
        sync(&mut server, &mut a);
        for market in markets {
            moves(&mut server, 21, market);
        }
        let answer = told(&mut server, a.person, a.position.as_ref(), 1_000, false);
        let left = answer.left.iter().filter(|left| left.home == "KNM");
        assert_eq!(left.count(), times, "{markets:?}");
    }
}

#[test]
fn only_a_client_that_keeps_no_homes_is_told_each_record_of_a_home_that_left_its_scope() {
    let (mut server, mut a, _) = world();
    sync(&mut server, &mut a);
    server.person(11, Role::Canvasser, &["PGI"]);
    for simple in [true, false] {
        let answer = told(&mut server, a.person, a.position.as_ref(), 1_000, simple);
        let gone: Vec<(&str, Uuid)> = answer
            .left
            .iter()
            .map(|left| (left.home.as_str(), left.key.id))
            .collect();
        let expected = [("KNM", id(21)), ("KNM", id(22))];
        assert_eq!(gone, &expected[..if simple { 2 } else { 0 }]);
    }
}

#[test]
fn conflicts_are_told_where_they_changed_and_to_those_who_settle_them() {
    let (mut server, mut a, mut b) = world();
    let viewer = server.person(14, Role::Viewer, &["KNM"]);
    sync(&mut server, &mut a);
    sync(&mut server, &mut b);
    let conflicts = |server: &mut Server, person, position: Option<&Position>, simple| {
        let told = told(server, person, position, 1_000, simple).conflicts;
        told.map(|list| list.len())
    };
    let before = a.position.clone();
    a.set(&mut server, id(21), "stall", "1");
    b.set(&mut server, id(21), "stall", "2");
    sync(&mut server, &mut a);
    sync(&mut server, &mut b);
    let (before, after) = (before.as_ref(), b.position.as_ref());
    assert_eq!(conflicts(&mut server, a.person, before, false), Some(1));
    assert_eq!(
        conflicts(&mut server, b.person, after, false),
        None,
        "unchanged"
    );
    assert_eq!(conflicts(&mut server, b.person, after, true), Some(1));
    assert_eq!(conflicts(&mut server, viewer, None, true), None);
    let open = told(&mut server, a.person, before, 1_000, false)
        .conflicts
        .unwrap();
    assert_eq!(open[0].lost.len(), 1);
    assert_eq!(open[0].lost[0].value, Value::text("1"), "the other holds");
}

#[test]
fn what_was_decided_about_a_held_change_is_told_with_its_state_alone() {
    for accepted in [true, false] {
        let (mut server, mut a, _) = world();
        sync(&mut server, &mut a);
        a.save(&mut server, |_| {
            vec![Patch::new("trader", id(21), [("target", 1.into())])]
        });
        exchange(&mut server, &mut a, 1_000, false);
        let name = a.changes[0].0.name();
        let held = server.store.filed(name).unwrap().remove(0);
        begin(&mut server.store, server.now_ms).unwrap();
        let by = Some(PersonId(id(12)));
        let done = match accepted {
            true => accept_held(&mut server.store, &held, by, "boleh"),
            false => discard(&mut server.store, &held, by, "keliru"),
        };
        let done = done.unwrap().unwrap();
        let again = discard(&mut server.store, &done, by, "").unwrap();
        assert!(again.is_err(), "once");
        let again = accept_held(&mut server.store, &done, by, "").unwrap();
        assert!(again.is_err(), "once");
        let event = server.store.events.last().unwrap().clone();
        assert_eq!((event.by, event.state), (by, done.state));
        let answer = told(&mut server, a.person, a.position.as_ref(), 1_000, false);
        assert_eq!(answer.settled.len(), 1);
        assert_eq!(answer.settled[0].state, done.state);
        assert_eq!(answer.settled[0].reason, None);
        sync(&mut server, &mut a);
        assert_eq!(a.changes[0].1, Some(done.state));
        assert!(
            told(&mut server, a.person, a.position.as_ref(), 1_000, false)
                .settled
                .is_empty()
        );
    }
}

#[test]
fn a_visit_elsewhere_is_told_to_its_author_only_where_anothers_word_holds() {
    let (mut server, mut a, mut b) = world();
    sync(&mut server, &mut a);
    sync(&mut server, &mut b);
    let mut visits = Vec::new();
    for trader in [21, 22] {
        a.save(&mut server, |salt| {
            let visit = crate::id::created_id(salt, 0);
            visits.push(visit);
            let fields = [
                ("trader", Value::id(id(trader))),
                ("outcome", "mengajar".into()),
                ("at", "2019-07-29T07:00:00Z".into()),
            ];
            vec![Patch::new("visit", visit, fields)]
        });
    }
    sync(&mut server, &mut a);
    let outcome = [("outcome", "tutup".into())];
    server.office(vec![Patch::new("visit", visits[0], outcome)]);
    let elsewhere =
        |server: &mut Server, person| told(server, person, None, 1_000, false).elsewhere;
    assert!(elsewhere(&mut server, a.person).is_empty(), "it is at hand");
    server.person(11, Role::Canvasser, &["PGI"]);
    let told = elsewhere(&mut server, a.person);
    assert_eq!(told.len(), 1);
    assert_eq!(
        (told[0].visit, told[0].outcome.as_str()),
        (visits[0], "tutup")
    );
    assert_eq!(told[0].at_ms, 1_564_383_600_000);
    assert!(elsewhere(&mut server, b.person).is_empty(), "not hers");
}

#[test]
fn a_position_of_an_epoch_before_the_last_holds_up_to_the_earliest_branch() {
    let (mut server, mut a, _) = world();
    sync(&mut server, &mut a);
    let old = a.position.clone().unwrap();
    let first = server.store.clone();
    server.restore(first.clone());
    let again = server.store.clone();
    server.trader(24, "KNM");
    server.restore(again);
    let fills = |server: &mut Server, position: &Position| {
        told(server, PersonId(id(11)), Some(position), 1_000, false)
            .fills
            .len()
    };
    assert_eq!(fills(&mut server, &old), 0, "all of it is still there");
    let branch = first.head.seq;
    let mut beyond = old.clone();
    beyond
        .homes
        .insert("PGI".to_owned(), Cursor::complete(branch + 1));
    assert_eq!(fills(&mut server, &beyond), 3, "one home takes all with it");
    let mut unfinished = old.clone();
    let cursor = Cursor {
        base: 0,
        seq: 1,
        row: 1,
    };
    unfinished.homes.insert("PGI".to_owned(), cursor);
    assert_eq!(fills(&mut server, &unfinished), 3);
    let mut unknown = old.clone();
    unknown.epoch = id(77);
    assert_eq!(fills(&mut server, &unknown), 3);
    let mut of_roles = old;
    of_roles.roles = Roles::LEAD.0;
    assert_eq!(fills(&mut server, &of_roles), 3, "another set of kinds");
}

#[test]
fn what_a_restore_lost_of_others_comes_back_once_and_goes_when_its_own_tablet_comes() {
    use crate::sync::recovered::Lost;
    let (mut server, mut a, mut b) = world();
    sync(&mut server, &mut a);
    sync(&mut server, &mut b);
    let backup = server.store.clone();
    a.set(&mut server, id(21), "stall", "B-99");
    a.set(&mut server, id(22), "stall", "B-98");
    sync(&mut server, &mut a);
    sync(&mut server, &mut b);
    let held = b.confirmed.clone();
    server.restore(backup);
    begin(&mut server.store, server.now_ms + 10_000).unwrap();
    let mut lost = Lost::default();
    for (key, (_, registers)) in &held {
        let now = server.store.records.get(key).map(|r| &r.registers);
        lost.add(key, registers, now, |name: ChangeName| {
            name.device == b.device
        });
    }
    let changes = lost.into_changes();
    let names: Vec<u64> = changes.iter().map(|c| c.n).collect();
    assert_eq!(
        names,
        [1, 2],
        "in the order of their stamps, and nothing that is there"
    );
    assert!(
        changes
            .iter()
            .all(|c| c.device == a.device && c.patches.len() == 1)
    );
    let mut request = empty_request(32);
    request.recovered = changes.clone();
    for _ in 0..2 {
        receive(&mut server.store, &asks(b.person), server.now_ms, &request).unwrap();
    }
    let of = |server: &mut Server, n, state| {
        let mut name = changes[0].name();
        name.n = n;
        let filed = server.store.filed(name).unwrap();
        filed
            .iter()
            .filter(|f| f.state == state && f.reason == Some(HeldReason::Recovered))
            .count()
    };
    assert_eq!(of(&mut server, 1, State::HeldBack), 1);
    // Its own tablet brings the first again; the second is still needed.
    a.changes[0].1 = None;
    a.changes.truncate(1);
    (a.position, a.succeeds) = (None, None);
    sync(&mut server, &mut a);
    assert_eq!(a.value("trader", id(21), "stall").as_deref(), Some("B-99"));
    assert_eq!(of(&mut server, 1, State::Superseded), 1);
    assert_eq!(of(&mut server, 2, State::HeldBack), 1);
    // Somebody writes over the second: nothing of it is lacking any more.
    server.now_ms += 20_000;
    server.office(vec![Patch::new(
        "trader",
        id(22),
        [("stall", "B-97".into())],
    )]);
    assert_eq!(of(&mut server, 2, State::Superseded), 1);
}

#[test]
fn what_is_offered_back_has_to_be_possible_and_lacking() {
    let (mut server, a, _) = world();
    let now = begin(&mut server.store, server.now_ms).unwrap().last_ms;
    server.office(vec![Patch::new("trader", id(22), [(ERASED, true.into())])]);
    let mut taken = |stamp_ms: i64, kind: &str, trader: u128, field: &str, value: Value| {
        let change = Change {
            device: DeviceId(id(91)),
            n: u64::try_from(server.chance() & 0xffff).unwrap(),
            stamp: Stamp::at_ms(stamp_ms),
            clocks: Clocks::default(),
            author: a.person,
            seen: None,
            prev: None,
            salt: None,
            patches: vec![Patch::new(kind, id(trader), [(field, value)])],
        };
        let mut request = empty_request(32);
        request.recovered = vec![change.clone()];
        receive(&mut server.store, &asks(a.person), now, &request).unwrap();
        !server.store.filed(change.name()).unwrap().is_empty()
    };
    let later = now + 1;
    assert!(taken(later, "trader", 21, "stall", "B-99".into()));
    assert!(
        !taken(later, "trader", 21, "stall", "B-12".into()),
        "it is there"
    );
    assert!(!taken(5, "trader", 21, "stall", "B-99".into()), "older");
    assert!(
        taken(5, "trader", 21, "nickname", "Bu Oka".into()),
        "lacking"
    );
    assert!(
        !taken(now + 3_600_000, "trader", 21, "stall", "B-99".into()),
        "no time yet"
    );
    assert!(
        !taken(later, "trader", 22, "stall", "B-99".into()),
        "erased"
    );
    assert!(taken(later, "trader", 22, "newer", "1".into()), "nobody's");
    assert!(
        taken(5, "trader", 21, "register", "X".into()),
        "once, and lacking"
    );
    assert!(
        !taken(later, "visit", 0, "outcome", "tutup".into()),
        "nameless"
    );
    assert!(
        !taken(later, "spaceship", 1, "warp", 9.into()),
        "of no kind"
    );
    assert!(
        !taken(later, "trader", 21, "stall", 9.into()),
        "of another type"
    );
    let longest = limits::TEXT_CHARS_MAX;
    assert!(taken(later, "trader", 21, &"f".repeat(longest), 1.into()));
    assert!(!taken(
        later,
        "trader",
        21,
        &"f".repeat(longest + 1),
        1.into()
    ));
}
