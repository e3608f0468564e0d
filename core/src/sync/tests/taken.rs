//! What becomes of a change that arrives: forks, repetitions, stamps, erasures and conflicts.

use super::small_world::{Server, Tablet, exchange, id, sync};
use crate::change::{Change, ChangeName, Patch};
use crate::id::{DeviceId, PersonId};
use crate::kinds::Role;
use crate::limits::STAMP_TOLERANCE_MS;
use crate::merge::ERASED;
use crate::register::RecordKey;
use crate::stamp::{Clocks, Stamp};
use crate::sync::acknowledge::{Moment, author_in, begin, placed, visit_in};
use crate::sync::messages::{HeldReason, State};
use crate::sync::recovered::take_recovered;
use crate::sync::settle::accept_held;
use crate::sync::store::{Filed, Store};
use crate::value::Value;
use uuid::Uuid;

/// Canvasser 11 and lead 12 in KNM and PGI; trader 21 in KNM, 22 in DRJ, which is nobody's.
fn world() -> (Server, Tablet, Tablet) {
    let mut server = Server::new();
    let canvasser = server.person(11, Role::Canvasser, &["KNM", "PGI"]);
    let lead = server.person(12, Role::Lead, &["KNM", "PGI"]);
    server.trader(21, "KNM");
    server.trader(22, "DRJ");
    let (mut a, mut b) = (Tablet::new(31, canvasser), Tablet::new(32, lead));
    sync(&mut server, &mut a);
    sync(&mut server, &mut b);
    (server, a, b)
}

fn filed(server: &mut Server, tablet: &Tablet, n: u64) -> Filed {
    let name = ChangeName {
        device: tablet.device,
        n,
    };
    server.store.filed(name).unwrap().remove(0)
}

/// The one entry of a device.
fn filed_of(server: &mut Server, device: u128) -> Filed {
    let mut filed = server.store.filed.values();
    let filed = filed.find(|f| f.name.device == DeviceId(id(device)));
    filed.unwrap().clone()
}

/// The texts in this field of everything that is filed.
fn filed_texts(server: &Server, field: &str) -> Vec<String> {
    let changes = server.store.filed.values();
    let changes = changes.filter_map(|f| Change::from_bytes(&f.bytes).ok());
    let patches = changes.flat_map(|c| c.patches);
    let texts = patches.filter_map(|p| Some(p.value(field)?.as_text()?.to_owned()));
    texts.collect()
}

fn visit_of(visit: u128, trader: u128, note: &str) -> Patch {
    let fields = [("trader", Value::id(id(trader))), ("note", note.into())];
    Patch::new("visit", id(visit), fields)
}

fn erase(server: &mut Server, trader: u128) -> Filed {
    server.office(vec![Patch::new(
        "trader",
        id(trader),
        [(ERASED, true.into())],
    )])
}

#[test]
fn however_often_a_held_change_comes_it_is_held_for_the_same_reason() {
    let (mut server, mut a, _) = world();
    a.visit(&mut server, id(22), "DRJ", None);
    exchange(&mut server, &mut a, 1_000, true);
    sync(&mut server, &mut a);
    assert_eq!(a.reasons[&1], HeldReason::OutOfScope);
    assert_eq!(
        filed(&mut server, &a, 1).reason,
        Some(HeldReason::OutOfScope)
    );
}

/// A copy of a tablet whose first action differs, so that its number is another action's on the server.
fn copied(server: &mut Server, a: &mut Tablet) -> Tablet {
    let mut copy = a.clone();
    a.visit(server, id(21), "KNM", None);
    sync(server, a);
    copy.set(server, id(21), "stall", "B-14");
    copy
}

#[test]
fn what_follows_a_forks_change_is_a_fork_too() {
    let (mut server, mut a, _) = world();
    let mut copy = copied(&mut server, &mut a);
    copy.set(&mut server, id(21), "stall", "B-15");
    exchange(&mut server, &mut copy, 1_000, false);
    assert_eq!(copy.reasons[&1], HeldReason::ForkedDevice);
    assert_eq!(copy.reasons[&2], HeldReason::ForkedDevice);
    // The number is still the original's to give.
    a.visit(&mut server, id(21), "KNM", None);
    sync(&mut server, &mut a);
    assert_eq!(a.count(Some(State::Accepted)), 2);
    assert!(a.same_as_server);
}

#[test]
fn what_says_that_it_follows_a_change_0_is_a_first_change_like_any_other() {
    let (mut server, mut a, _) = world();
    for (stall, n) in [("B-14", 0), ("B-15", 1)] {
        a.set(&mut server, id(21), "stall", stall);
        a.changes.last_mut().unwrap().0.n = n;
    }
    a.changes[1].0.prev = Some(a.changes[0].0.hash());
    exchange(&mut server, &mut a, 1_000, false);
    assert_eq!(a.reasons[&0], HeldReason::ForkedDevice);
    assert_eq!(a.changes[1].1, Some(State::Accepted));
}

#[test]
fn what_follows_a_change_that_the_server_never_saw_is_a_fork() {
    let (mut server, mut a, _) = world();
    let mut copy = copied(&mut server, &mut a);
    copy.set(&mut server, id(21), "stall", "B-15");
    // Its first action is not sent at all.
    copy.changes[0].1 = Some(State::Accepted);
    exchange(&mut server, &mut copy, 1_000, false);
    assert_eq!(copy.reasons[&2], HeldReason::ForkedDevice);
}

#[test]
fn the_first_of_a_device_may_name_what_came_before_under_another() {
    let (mut server, mut a, _) = world();
    a.visit(&mut server, id(21), "KNM", None);
    a.changes[0].0.prev = Some([7; 32]);
    a.visit(&mut server, id(21), "KNM", None);
    a.changes[1].0.prev = None;
    sync(&mut server, &mut a);
    assert_eq!(a.count(Some(State::Accepted)), 2);
}

#[test]
fn a_devices_changes_are_stamped_in_their_order() {
    let (mut server, mut a, _) = world();
    a.set(&mut server, id(21), "stall", "B-1");
    a.set(&mut server, id(21), "stall", "B-2");
    a.changes[1].0.stamp = Stamp::at_ms(a.changes[0].0.stamp.ms() - 10);
    sync(&mut server, &mut a);
    let stamps = [1, 2].map(|n| filed(&mut server, &a, n).stamp);
    assert!(stamps[1] > stamps[0]);
    assert_eq!(a.value("trader", id(21), "stall").as_deref(), Some("B-2"));
}

#[test]
fn commit_times_go_on_where_the_servers_clock_steps_back() {
    let mut server = Server::new();
    let before = begin(&mut server.store, 5_000_000_000_000).unwrap();
    assert_eq!(before.last_ms, 5_000_000_000_000);
    let after = begin(&mut server.store, 4_000_000_000_000).unwrap();
    assert_eq!(after.last_ms, 5_000_000_000_001);
    assert_eq!(server.store.head, after);
}

#[test]
fn now_is_the_wall_clock_until_it_stepped_back_for_good() {
    let (mut server, mut a, _) = world();
    a.set(&mut server, id(21), "stall", "B-1");
    let mut change = a.changes[0].0.clone();
    (change.stamp, change.n) = (Stamp::at_ms(i64::MAX), 1);
    let wall_ms = server.now_ms;
    let mut at = |server_ms| {
        let moment = Moment {
            server_ms,
            wall_ms,
            clocks: Clocks::default(),
            read: None,
        };
        placed(&mut server.store, moment, &change).unwrap().ms()
    };
    let ahead = 2 * STAMP_TOLERANCE_MS;
    assert_eq!(at(wall_ms + ahead), wall_ms, "stamps that were believed");
    assert_eq!(at(wall_ms + ahead + 1), wall_ms + ahead + 1);
    assert_eq!(at(wall_ms - 5), wall_ms - 5, "never after its commit");
}

#[test]
fn the_values_of_the_living_are_kept_and_those_of_somebody_erased_leave_what_was_filed_long_ago() {
    let (mut server, mut a, _) = world();
    let visit = id(501);
    a.save(&mut server, |_| vec![visit_of(501, 21, "catatan")]);
    sync(&mut server, &mut a);
    assert_eq!(a.value("visit", visit, "note").as_deref(), Some("catatan"));
    assert_eq!(filed_texts(&server, "note"), ["catatan"]);
    assert!(filed_texts(&server, "name").contains(&"Rokayah".to_owned()));
    let erased = |kind, number| Patch::new(kind, id(number), [(ERASED, true.into())]);
    server.office(vec![
        erased("trader", 21),
        erased("visit", 501),
        erased("trader", 22),
    ]);
    sync(&mut server, &mut a);
    assert_eq!(a.value("visit", visit, "note"), None);
    assert!(filed_texts(&server, "note").is_empty());
    assert!(!filed_texts(&server, "name").contains(&"Rokayah".to_owned()));
    assert!(a.same_as_server);
}

/// Offers a change of a device that nobody knows, as a tablet does after a restore.
fn offer_back(server: &mut Server, patches: Vec<Patch>) -> u64 {
    let head = begin(&mut server.store, server.now_ms).unwrap();
    let moment = Moment {
        server_ms: head.last_ms,
        wall_ms: head.last_ms,
        clocks: Clocks::default(),
        read: None,
    };
    let change = Change {
        device: DeviceId(id(91)),
        n: 4,
        stamp: Stamp::at_ms(head.last_ms - 1_000),
        clocks: Clocks::default(),
        author: PersonId(id(11)),
        seen: None,
        prev: None,
        salt: None,
        patches,
    };
    take_recovered(&mut server.store, moment, &[change]).unwrap()
}

#[test]
fn what_is_offered_back_of_somebody_erased_is_filed_without_the_value_and_the_rest_with_it() {
    let (mut server, _, _) = world();
    erase(&mut server, 22);
    let patches = vec![visit_of(501, 22, "rahasia"), visit_of(502, 21, "catatan")];
    assert_eq!(offer_back(&mut server, patches.clone()), 1);
    assert_eq!(filed_texts(&server, "note"), ["catatan"]);
    let held = filed_of(&mut server, 91);
    assert_eq!(held.reason, Some(HeldReason::Recovered));
    assert_eq!(held.state, State::HeldBack);
    assert!(!held.in_chain, "the number is its own tablet's");
}

#[test]
fn a_return_of_a_held_visit_of_somebody_erased_is_held_without_its_words() {
    let (mut server, mut a, mut b) = world();
    erase(&mut server, 22);
    a.save(&mut server, |_| vec![visit_of(501, 22, "rahasia")]);
    sync(&mut server, &mut a);
    b.save(&mut server, |_| {
        let fields = [
            ("visit", Value::id(id(501))),
            ("reason_text", "rahasia".into()),
        ];
        vec![Patch::new("return", id(502), fields)]
    });
    sync(&mut server, &mut b);
    assert_eq!(b.reasons[&1], HeldReason::DependsOnHeld);
    assert!(filed_texts(&server, "reason_text").is_empty());
}

#[test]
fn a_visit_is_not_somebodys_who_is_erased_because_it_came_along_with_that_persons() {
    let (mut server, mut a, _) = world();
    server.trader(23, "DRJ");
    erase(&mut server, 22);
    a.save(&mut server, |_| {
        vec![visit_of(501, 23, "catatan"), visit_of(502, 22, "rahasia")]
    });
    a.save(&mut server, |_| {
        vec![Patch::new("visit", id(501), [("note", "koreksi".into())])]
    });
    sync(&mut server, &mut a);
    assert_eq!(a.count(Some(State::HeldBack)), 2);
    assert_eq!(filed_texts(&server, "note"), ["catatan", "koreksi"]);
}

#[test]
fn what_waits_for_a_visit_of_somebody_erased_loses_its_words_and_nothing_else() {
    let (mut server, mut a, mut b) = world();
    erase(&mut server, 22);
    b.save(&mut server, |_| {
        let fields = [
            ("visit", Value::id(id(501))),
            ("reason", "kurang".into()),
            ("reason_text", "rahasia".into()),
        ];
        let of_another = Patch::new("trader", id(21), [("note", "catatan".into())]);
        vec![of_another, Patch::new("return", id(502), fields)]
    });
    sync(&mut server, &mut b);
    assert_eq!(filed_texts(&server, "reason_text"), ["rahasia"], "whose?");
    a.save(&mut server, |_| {
        vec![Patch::new(
            "visit",
            id(501),
            [("trader", Value::id(id(22)))],
        )]
    });
    sync(&mut server, &mut a);
    assert!(filed_texts(&server, "reason_text").is_empty());
    assert_eq!(filed_texts(&server, "reason"), ["kurang"]);
    assert_eq!(filed_texts(&server, "note"), ["catatan"]);
}

#[test]
fn a_change_is_filed_with_the_visit_that_it_creates() {
    let (mut server, mut a, _) = world();
    let visit = a.visit(&mut server, id(21), "KNM", Some("prep.hp"));
    a.set(&mut server, id(21), "stall", "B-1");
    let step = Patch::new("step", id(503), [("trader", Value::id(id(21)))]);
    a.save(&mut server, |_| {
        vec![visit_of(502, 21, "tanpa pasar"), step]
    });
    sync(&mut server, &mut a);
    let named = |filed: Filed| filed.visit.map(|v| (v.visit, v.trader, v.market));
    let (trader, market) = (Some(id(21)), "KNM".to_owned());
    let first = named(filed(&mut server, &a, 1));
    assert_eq!(first, Some((visit, trader, market.clone())));
    assert_eq!(named(filed(&mut server, &a, 2)), None);
    // Where it does not say the market, the trader's.
    assert_eq!(
        named(filed(&mut server, &a, 3)),
        Some((id(502), trader, market))
    );
}

#[test]
fn a_visit_without_an_id_is_still_a_visit_and_has_an_id_of_its_own() {
    let (mut server, mut a, _) = world();
    let nameless = visit_of(0, 21, "");
    a.save(&mut server, |_| vec![nameless.clone(), nameless.clone()]);
    let change = a.changes[0].0.clone();
    let visit = visit_in(&change).unwrap();
    assert!(!visit.visit.is_nil());
    assert_eq!(visit.trader, Some(id(21)));
    assert_eq!(author_in(&change), Some(a.person));
    let nobodys = Change {
        author: PersonId(Uuid::nil()),
        ..change
    };
    assert_eq!(author_in(&nobodys), None);
}

/// Both tablets write before either has read the other's; the fields that are in conflict then.
fn conflicts(server: &mut Server, a: &mut Tablet, b: &mut Tablet, fields: &[&str]) -> Vec<String> {
    for (tablet, value) in [(&mut *a, "1"), (&mut *b, "2")] {
        tablet.save(server, |_| {
            let fields = fields.iter().map(|field| (*field, Value::text(value)));
            vec![Patch::new("trader", id(21), fields)]
        });
    }
    sync(server, a);
    sync(server, b);
    open_conflicts(server)
}

fn open_conflicts(server: &mut Server) -> Vec<String> {
    let open = server.store.conflicts_in(&["KNM".to_owned()]).unwrap();
    open.into_iter().map(|(_, field, _)| field).collect()
}

#[test]
fn two_forms_of_one_value_are_one_question() {
    let (mut server, mut a, mut b) = world();
    let both = conflicts(&mut server, &mut a, &mut b, &["phone", "phone_typed"]);
    assert_eq!(both, ["phone"]);
    let (mut server, mut a, mut b) = world();
    let alone = conflicts(&mut server, &mut a, &mut b, &["phone_typed"]);
    assert_eq!(alone, ["phone_typed"]);
}

#[test]
fn an_erased_value_is_in_no_conflict_and_comes_into_none() {
    let (mut server, mut a, mut b) = world();
    assert_eq!(
        conflicts(&mut server, &mut a, &mut b, &["stall"]),
        ["stall"]
    );
    let noted = server.store.head.conflict_seq;
    server.trader(23, "KNM");
    assert_eq!(
        server.store.head.conflict_seq, noted,
        "nothing changed about it"
    );
    let erased = erase(&mut server, 21);
    assert!(open_conflicts(&mut server).is_empty());
    assert_eq!(server.store.head.conflict_seq, erased.seq);
    // Neither tablet has heard of it.
    let noted = server.store.head.conflict_seq;
    assert!(conflicts(&mut server, &mut a, &mut b, &["stall"]).is_empty());
    assert_eq!(server.store.head.conflict_seq, noted);
}

#[test]
fn a_value_of_no_person_can_be_in_conflict_after_an_erasure_too() {
    let (mut server, mut a, mut b) = world();
    erase(&mut server, 21);
    let open = conflicts(&mut server, &mut a, &mut b, &["newer", "stall"]);
    assert_eq!(open, ["newer"]);
    // Of a field that is known to be nobody's too.
    let step = |field, value: Value| vec![Patch::new("step", id(601), [(field, value)])];
    server.office(step("trader", Value::id(id(21))));
    server.office(step(ERASED, true.into()));
    for (tablet, state) in [(&mut a, "selesai"), (&mut b, "belum")] {
        tablet.save(&mut server, |_| step("state", state.into()));
        sync(&mut server, tablet);
    }
    assert_eq!(open_conflicts(&mut server), ["state", "newer"]);
}

#[test]
fn what_is_written_once_is_in_no_conflict() {
    let (mut server, mut a, mut b) = world();
    for (tablet, at) in [(&mut a, "07"), (&mut b, "08")] {
        tablet.save(&mut server, |_| {
            let at_raw = format!("2019-07-29T{at}:00:00Z");
            let fields = [
                ("trader", Value::id(id(21))),
                ("at_raw", Value::text(at_raw)),
            ];
            vec![Patch::new("visit", id(501), fields)]
        });
        sync(&mut server, tablet);
    }
    // Accepted by somebody in the office, it still says nothing against the first.
    let held = filed(&mut server, &b, 1);
    assert_eq!(held.reason, Some(HeldReason::FieldNotAllowed));
    begin(&mut server.store, server.now_ms).unwrap();
    accept_held(&mut server.store, &held, None, "")
        .unwrap()
        .unwrap();
    assert!(open_conflicts(&mut server).is_empty());
}

#[test]
fn the_place_up_to_which_a_request_had_read_stands_in_for_a_change_that_does_not_say() {
    let (mut server, mut a, mut b) = world();
    a.set(&mut server, id(21), "stall", "1");
    sync(&mut server, &mut a);
    sync(&mut server, &mut b);
    b.set(&mut server, id(21), "stall", "2");
    b.changes[0].0.seen = None;
    sync(&mut server, &mut b);
    assert_eq!(b.count(Some(State::Accepted)), 1);
    assert!(open_conflicts(&mut server).is_empty());
}

#[test]
fn the_markets_of_a_team_are_nobodys_right() {
    let (mut server, ..) = world();
    let markets = Value::List(vec!["KNM".into()]);
    server.office(vec![Patch::new("team", id(801), [("markets", markets)])]);
    let rights = server.store.markets_since(PersonId(id(801)), 0).unwrap();
    assert!(rights.is_empty());
    let rights = server.store.markets_since(PersonId(id(11)), 0).unwrap();
    assert_eq!(rights, ["KNM", "PGI"]);
    let markets = Value::List(vec!["DRJ".into()]);
    let only = Patch::new("person", id(11), [("markets", markets)]);
    let seq = server.office(vec![only]).seq;
    let rights = server.store.markets_since(PersonId(id(11)), seq).unwrap();
    assert_eq!(rights, ["DRJ"]);
    let key = RecordKey::new("team", id(801));
    assert!(server.store.record(&key).unwrap().is_some());
}

#[test]
fn what_hangs_on_a_visit_hangs_on_its_trader_once_that_is_named_and_goes_where_it_comes_to_be() {
    let (mut server, ..) = world();
    let of =
        |kind, number, field, other| Patch::new(kind, id(number), [(field, Value::id(id(other)))]);
    server.office(vec![of("return", 502, "visit", 501)]);
    server.office(vec![Patch::new("visit", id(501), [("note", "".into())])]);
    server.office(vec![of("visit", 501, "trader", 23)]);
    let home = |server: &Server, kind, number| {
        let stored = &server.store.records[&RecordKey::new(kind, id(number))];
        stored.home.clone()
    };
    assert_eq!(home(&server, "return", 502), "*");
    server.trader(23, "PGI");
    assert_eq!(home(&server, "visit", 501), "PGI");
    assert_eq!(home(&server, "return", 502), "PGI");
}
