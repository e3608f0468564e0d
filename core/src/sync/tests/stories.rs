//! One story for each promise of sync.

use super::small_world::{Server, Tablet, exchange, id, sync};
use crate::change::Patch;
use crate::id::{DeviceId, step_id};
use crate::kinds::Role;
use crate::register::RecordKey;
use crate::sync::messages::{HeldReason, State};
use crate::sync::settle;
use crate::sync::store::Store;
use crate::value::Value;

fn world() -> (Server, Tablet, Tablet) {
    let mut server = Server::new();
    let a = server.person(11, Role::Canvasser, &["KNM"]);
    let b = server.person(12, Role::Canvasser, &["KNM", "PGI"]);
    server.trader(21, "KNM");
    server.trader(22, "PGI");
    (server, Tablet::new(31, a), Tablet::new(32, b))
}

#[test]
fn a_lost_answer_doubles_nothing_and_loses_nothing() {
    let (mut server, mut a, _) = world();
    sync(&mut server, &mut a);
    a.ahead_ms = 9 * 365 * 86_400_000;
    a.visit(&mut server, id(21), "KNM", Some("prep.hp"));
    for _ in 0..3 {
        exchange(&mut server, &mut a, 1_000, true);
    }
    sync(&mut server, &mut a);
    assert_eq!(a.count(Some(State::Accepted)), 1);
    assert_eq!(
        server
            .store
            .records
            .keys()
            .filter(|k| k.kind == "visit")
            .count(),
        1
    );
    assert!(a.same_as_server);
    assert!(
        a.changes[0].0.stamp.ms() <= server.now_ms,
        "a stamp of the far future was corrected"
    );
}

#[test]
fn different_fields_both_stay_and_the_same_field_has_one_winner_and_a_conflict() {
    for a_first in [true, false] {
        let (mut server, mut a, mut b) = world();
        sync(&mut server, &mut a);
        sync(&mut server, &mut b);
        a.set(&mut server, id(21), "phone", "+62811");
        b.set(&mut server, id(21), "commodity", "kerupuk");
        a.set(&mut server, id(21), "stall", "C-1");
        b.set(&mut server, id(21), "stall", "C-2");
        let (first, second) = if a_first {
            (&mut a, &mut b)
        } else {
            (&mut b, &mut a)
        };
        sync(&mut server, first);
        sync(&mut server, second);
        sync(&mut server, first);
        for tablet in [&a, &b] {
            assert_eq!(
                tablet.value("trader", id(21), "phone").as_deref(),
                Some("+62811")
            );
            assert_eq!(
                tablet.value("trader", id(21), "commodity").as_deref(),
                Some("kerupuk")
            );
            assert_eq!(
                tablet.value("trader", id(21), "stall").as_deref(),
                Some("C-2")
            );
            assert!(tablet.same_as_server);
        }
        let open = server.store.conflicts_in(&["KNM".to_owned()]).unwrap();
        let fields: Vec<&str> = open.iter().map(|(_, field, _)| field.as_str()).collect();
        assert_eq!(fields, ["stall"]);
        // A write that has seen both closes it.
        a.set(&mut server, id(21), "stall", "C-1");
        sync(&mut server, &mut a);
        assert!(
            server
                .store
                .conflicts_in(&["KNM".to_owned()])
                .unwrap()
                .is_empty()
        );
    }
}

#[test]
fn the_same_step_ticked_twice_is_one_record() {
    let (mut server, mut a, mut b) = world();
    sync(&mut server, &mut a);
    sync(&mut server, &mut b);
    a.visit(&mut server, id(21), "KNM", Some("prep.hp"));
    b.visit(&mut server, id(21), "KNM", Some("prep.hp"));
    sync(&mut server, &mut a);
    sync(&mut server, &mut b);
    let steps: Vec<_> = server
        .store
        .records
        .keys()
        .filter(|k| k.kind == "step")
        .collect();
    assert_eq!(
        steps,
        [&RecordKey::new("step", step_id(&id(21), "prep.hp"))]
    );
    assert!(
        server
            .store
            .conflicts_in(&["KNM".to_owned()])
            .unwrap()
            .is_empty(),
        "both said the same"
    );
}

#[test]
fn beyond_scope_or_role_is_held_back_alone_and_counts_once_accepted() {
    let (mut server, mut a, _) = world();
    sync(&mut server, &mut a);
    a.visit(&mut server, id(22), "PGI", None);
    a.visit(&mut server, id(21), "KNM", None);
    a.save(&mut server, |_| {
        vec![Patch::new("campaign", id(1), [("code", Value::text("X"))])]
    });
    a.save(&mut server, |_| {
        vec![Patch::new(
            "trader",
            id(21),
            [("erased", Value::Bool(true))],
        )]
    });
    a.save(&mut server, |_| {
        vec![Patch::new("trader", id(21), [("target", Value::Int(1))])]
    });
    a.save(&mut server, |_| {
        vec![Patch::new("spaceship", id(77), [("warp", Value::Int(9))])]
    });
    a.save(&mut server, |_| {
        vec![Patch::new(
            "trader",
            id(21),
            [("note", Value::text("x".repeat(2_001)))],
        )]
    });
    sync(&mut server, &mut a);
    use HeldReason::{FieldNotAllowed, OutOfScope, TooLong, UnknownKind};
    let reasons: Vec<_> = a.reasons.values().copied().collect();
    assert_eq!(
        reasons,
        [
            OutOfScope,
            FieldNotAllowed,
            FieldNotAllowed,
            FieldNotAllowed,
            UnknownKind,
            TooLong
        ]
    );
    assert_eq!(a.count(Some(State::Accepted)), 1);
    let filed = server
        .store
        .filed
        .values()
        .find(|f| f.name.device == a.device && f.name.n == 1)
        .unwrap()
        .clone();
    settle::accept_held(&mut server.store, &filed, None, "")
        .unwrap()
        .unwrap();
    sync(&mut server, &mut a);
    assert_eq!(a.count(Some(State::Accepted)), 2);
    assert!(a.same_as_server);
}

#[test]
fn what_depends_on_a_held_record_is_released_with_it() {
    let (mut server, mut a, _) = world();
    sync(&mut server, &mut a);
    let fields = [("market", Value::text("DRJ")), ("name", Value::text("Ani"))];
    a.save(&mut server, |_| vec![Patch::new("trader", id(50), fields)]);
    a.visit(&mut server, id(50), "DRJ", None);
    sync(&mut server, &mut a);
    assert_eq!(
        a.reasons.values().copied().collect::<Vec<_>>(),
        [HeldReason::OutOfScope, HeldReason::DependsOnHeld]
    );
    server.person(11, Role::Canvasser, &["KNM", "DRJ"]);
    let filed = server
        .store
        .filed
        .values()
        .find(|f| f.name.device == a.device && f.name.n == 1)
        .unwrap()
        .clone();
    settle::accept_held(&mut server.store, &filed, None, "")
        .unwrap()
        .unwrap();
    sync(&mut server, &mut a);
    assert_eq!(a.count(Some(State::Accepted)), 2);
    assert!(a.same_as_server);
}

#[test]
fn a_copied_tablet_is_noticed_and_its_changes_arrive_under_a_new_name() {
    let (mut server, mut a, _) = world();
    sync(&mut server, &mut a);
    a.visit(&mut server, id(21), "KNM", None);
    sync(&mut server, &mut a);
    let mut copy = a.clone();
    for _ in 0..3 {
        a.visit(&mut server, id(21), "KNM", None);
    }
    copy.visit(&mut server, id(21), "KNM", Some("prep.hp"));
    copy.visit(&mut server, id(21), "KNM", Some("prep.nama"));
    // Chance differs on two machines.
    for (change, _) in copy.changes.iter_mut().skip(1) {
        change.clocks.wall_ms += 1;
        let salt = change.salt.as_mut().unwrap();
        salt[0] ^= 0x55;
        change.patches[0].id = crate::id::created_id(salt, 0);
    }
    let prev = copy.changes[1].0.hash();
    copy.changes[2].0.prev = Some(prev);
    sync(&mut server, &mut a);
    sync(&mut server, &mut copy);
    assert_eq!(
        copy.reasons.values().copied().collect::<Vec<_>>(),
        [HeldReason::ForkedDevice; 2]
    );
    // As the tablet does: a new id that succeeds the old, the same content numbered anew.
    let mut renewed = copy.clone();
    renewed.succeeds = Some(copy.device);
    renewed.device = DeviceId(id(99));
    renewed.changes.remove(0);
    for (number, (change, state)) in renewed.changes.iter_mut().enumerate() {
        (change.device, change.n, change.prev, *state) =
            (DeviceId(id(99)), number as u64 + 1, None, None);
    }
    renewed.reasons.clear();
    sync(&mut server, &mut renewed);
    assert_eq!(renewed.count(Some(State::Accepted)), 2);
    assert_eq!(
        server
            .store
            .records
            .keys()
            .filter(|k| k.kind == "visit")
            .count(),
        6
    );
    let superseded = server
        .store
        .filed
        .values()
        .filter(|f| f.state == State::Superseded)
        .count();
    assert_eq!(superseded, 2);
}

#[test]
fn a_trader_that_moves_takes_all_along_and_leaves_the_old_tablets() {
    let (mut server, mut a, mut b) = world();
    sync(&mut server, &mut a);
    sync(&mut server, &mut b);
    a.visit(&mut server, id(21), "KNM", Some("prep.hp"));
    sync(&mut server, &mut a);
    server.office(vec![Patch::new(
        "trader",
        id(21),
        [("market", Value::text("PGI"))],
    )]);
    // Work that waits on the tablet that no longer holds it still counts.
    a.visit(&mut server, id(21), "KNM", None);
    sync(&mut server, &mut a);
    sync(&mut server, &mut b);
    assert_eq!(a.count(Some(State::Accepted)), 2);
    assert!(a.same_as_server && b.same_as_server);
    assert!(!a.confirmed.contains_key(&RecordKey::new("trader", id(21))));
    let hanging = b
        .confirmed
        .iter()
        .filter(|(k, (home, _))| home == "PGI" && k.kind != "trader")
        .count();
    assert_eq!(hanging, 3);
    server.office(vec![Patch::new(
        "trader",
        id(21),
        [("market", Value::text("KNM"))],
    )]);
    sync(&mut server, &mut a);
    sync(&mut server, &mut b);
    assert!(a.same_as_server && b.same_as_server);
    assert_eq!(a.value("trader", id(21), "market").as_deref(), Some("KNM"));
}

#[test]
fn an_erased_trader_stays_erased_when_a_late_tablet_comes() {
    let (mut server, mut a, _) = world();
    sync(&mut server, &mut a);
    a.set(&mut server, id(21), "name", "Ibu Rokayah Geheim");
    let visit = a.save(&mut server, |salt| {
        let fields = [
            ("trader", Value::id(id(21))),
            ("market", "KNM".into()),
            ("outcome", "mengajar".into()),
            ("note", "Geheim".into()),
        ];
        vec![Patch::new("visit", crate::id::created_id(salt, 0), fields)]
    });
    server.office(vec![Patch::new(
        "trader",
        id(21),
        [("erased", Value::Bool(true))],
    )]);
    sync(&mut server, &mut a);
    sync(&mut server, &mut a);
    assert_eq!(a.count(Some(State::Accepted)), visit as usize);
    assert!(a.same_as_server);
    assert_eq!(a.value("trader", id(21), "name"), None);
    let everything = format!("{:?}", server.store.records);
    assert!(!everything.contains("Geheim") && !everything.contains("Rokayah, \"KNM"));
    for filed in server.store.filed.values() {
        assert!(!String::from_utf8_lossy(&filed.bytes).contains("Geheim"));
    }
    assert_eq!(
        server
            .store
            .records
            .keys()
            .filter(|k| k.kind == "visit")
            .count(),
        1,
        "the visit counts"
    );
}

#[test]
fn a_wrong_clock_wins_and_loses_nothing_for_ever() {
    let (mut server, mut a, mut b) = world();
    sync(&mut server, &mut a);
    sync(&mut server, &mut b);
    a.ahead_ms = 80 * 365 * 86_400_000;
    a.set(&mut server, id(21), "stall", "from 2099");
    sync(&mut server, &mut a);
    sync(&mut server, &mut b);
    server.now_ms += 1_000;
    b.ahead_ms = -8 * 365 * 86_400_000;
    b.set(&mut server, id(21), "stall", "from 2011");
    sync(&mut server, &mut b);
    sync(&mut server, &mut a);
    assert_eq!(
        a.value("trader", id(21), "stall").as_deref(),
        Some("from 2011")
    );
    assert!(a.same_as_server && b.same_as_server);
    let stored = server
        .store
        .record(&RecordKey::new("trader", id(21)))
        .unwrap()
        .unwrap();
    assert!(stored.registers.origin("stall").unwrap().stamp.ms() <= server.now_ms);
}

#[test]
fn after_a_gap_nothing_is_acknowledged_until_the_gap_is_filled() {
    let (mut server, mut a, _) = world();
    sync(&mut server, &mut a);
    a.visit(&mut server, id(21), "KNM", None);
    a.visit(&mut server, id(21), "KNM", None);
    let first = a.changes.remove(0);
    exchange(&mut server, &mut a, 1_000, false);
    assert_eq!(a.count(None), 1, "the second still waits");
    a.changes.insert(0, first);
    sync(&mut server, &mut a);
    assert_eq!(a.count(Some(State::Accepted)), 2);
    assert!(a.same_as_server);
}
