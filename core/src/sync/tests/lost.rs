//! What a restore lost of others: how it is put back into changes, what of it is lacking, and when it is needed no more.

use super::small_world::{Server, Tablet, id, sync};
use crate::change::{Change, ChangeName, Patch};
use crate::id::{DeviceId, PersonId};
use crate::kinds::Role;
use crate::register::{Origin, RecordKey, Register, Registers};
use crate::stamp::{Clocks, Stamp};
use crate::sync::messages::{HeldReason, State};
use crate::sync::recovered::{Lost, take_recovered};
use crate::sync::settle::discard;
use crate::sync::store::Store;

const OTHER: DeviceId = DeviceId(id_of(91));

const fn id_of(number: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128(number)
}

fn register(n: u64, stamp_ms: i64, value: &str) -> Register {
    Register {
        value: value.into(),
        origin: Origin {
            stamp: Stamp::at_ms(stamp_ms),
            device: OTHER,
            n,
            author: PersonId(id(11)),
        },
        seq: 1,
    }
}

fn registers<const N: usize>(fields: [(&str, Register); N]) -> Registers {
    let mut registers = Registers::default();
    for (field, register) in fields {
        registers.0.insert(field.to_owned(), register);
    }
    registers
}

#[test]
fn the_writes_of_one_change_come_back_as_one_with_each_record_in_it_once() {
    let mut lost = Lost::default();
    let first = [
        ("stall", register(4, 100, "B-1")),
        ("nickname", register(4, 100, "Bu Ani")),
        ("note", register(5, 50, "dekat pintu")),
    ];
    let mut add = |kind: &str, number: u128, held: Registers| {
        lost.add(&RecordKey::new(kind, id(number)), &held, None, |_| false);
    };
    add("trader", 21, registers(first));
    add(
        "trader",
        22,
        registers([("stall", register(4, 100, "B-2"))]),
    );
    add(
        "visit",
        21,
        registers([("note", register(4, 100, "tutup"))]),
    );
    let shown = lost.into_changes().into_iter().map(|change| {
        assert_eq!(change.clocks.wall_ms, change.stamp.ms());
        let patches = change.patches.iter().map(|patch| {
            let fields: Vec<&str> = patch.fields.keys().map(String::as_str).collect();
            format!("{} {} {}", patch.kind, patch.id.as_u128(), fields.join(","))
        });
        (change.n, patches.collect::<Vec<_>>().join("; "))
    });
    let shown: Vec<(u64, String)> = shown.collect();
    let whole = "trader 21 nickname,stall; trader 22 stall; visit 21 note";
    assert_eq!(shown, [(5, "trader 21 note".into()), (4, whole.into())]);
}

#[test]
fn a_write_is_lost_where_nothing_holds_over_it_and_its_value_is_not_there() {
    for (now, is_lost) in [
        (None, true),
        (Some((4, "B-2")), true),
        (Some((4, "B-1")), false),
        (Some((5, "B-1")), false),
        (Some((6, "B-2")), false),
    ] {
        let held = registers([("stall", register(4, 5, "B-1"))]);
        let now = now.map(|(ms, value)| registers([("stall", register(3, ms, value))]));
        let mut lost = Lost::default();
        let key = RecordKey::new("trader", id(21));
        lost.add(&key, &held, now.as_ref(), |_| false);
        assert_eq!(!lost.into_changes().is_empty(), is_lost, "{now:?}");
        // The tablet's own it sends by itself.
        let mut own = Lost::default();
        own.add(&key, &held, now.as_ref(), |_| true);
        assert!(own.into_changes().is_empty());
    }
}

/// Canvasser 11 and trader 21 in KNM, after a restore; the tablet has read everything.
fn restored() -> (Server, Tablet) {
    let mut server = Server::new();
    let person = server.person(11, Role::Canvasser, &["KNM", "PGI"]);
    server.trader(21, "KNM");
    let mut tablet = Tablet::new(31, person);
    let backup = server.store.clone();
    server.restore(backup);
    sync(&mut server, &mut tablet);
    (server, tablet)
}

/// Offers this back, as a change of a moment ago; returns how many were held for it.
fn offer(server: &mut Server, name: ChangeName, fields: &[(&str, &str)]) -> u64 {
    let moment = server.moment(Clocks::default());
    let fields = fields
        .iter()
        .map(|(field, value)| (*field, (*value).into()));
    let change = Change {
        device: name.device,
        n: name.n,
        stamp: Stamp::at_ms(moment.server_ms),
        clocks: Clocks::default(),
        author: PersonId(id(11)),
        seen: None,
        prev: None,
        salt: None,
        patches: vec![Patch::new("trader", id(21), fields.collect::<Vec<_>>())],
    };
    take_recovered(&mut server.store, moment, &[change]).unwrap()
}

fn name(device: DeviceId, n: u64) -> ChangeName {
    ChangeName { device, n }
}

/// The states of what was offered back under a name.
fn states(server: &mut Server, name: ChangeName) -> Vec<State> {
    let filed = server.store.filed(name).unwrap().into_iter();
    let recovered = filed.filter(|f| f.reason == Some(HeldReason::Recovered));
    recovered.map(|f| f.state).collect()
}

fn says(server: &mut Server, field: &str, value: &str) {
    server.office(vec![Patch::new("trader", id(21), [(field, value.into())])]);
}

#[test]
fn what_is_offered_back_again_is_held_once_and_other_words_beside_it() {
    let (mut server, _) = restored();
    let name = name(OTHER, 4);
    // The stamp is a part of it: the clock stands still here.
    let now_ms = server.moment(Clocks::default()).server_ms;
    let mut offered = |value| {
        server.store.head.last_ms = now_ms - 1;
        offer(&mut server, name, &[("stall", value)])
    };
    assert_eq!(offered("B-98"), 1);
    assert_eq!(offered("B-98"), 0);
    assert_eq!(offered("B-99"), 1);
}

#[test]
fn a_write_as_old_as_the_one_that_is_here_is_not_lacking() {
    let (mut server, _) = restored();
    let now_ms = server.moment(Clocks::default()).server_ms;
    for (n, ms, lacking) in [(4, now_ms, 1), (5, now_ms + 1, 0)] {
        server.store.head.last_ms = now_ms;
        let key = RecordKey::new("trader", id(21));
        let record = server.store.records.get_mut(&key).unwrap();
        let here = register(3, ms, "B-1");
        record.registers.0.insert("stall".to_owned(), here);
        assert_eq!(
            offer(&mut server, name(OTHER, n), &[("stall", "B-9")]),
            lacking
        );
    }
}

#[test]
fn only_what_is_offered_back_and_undecided_goes_when_its_values_have_come() {
    let (mut server, mut tablet) = restored();
    // Held for what it says, not for having been lost.
    tablet.set(&mut server, id(21), "market", "PGI");
    sync(&mut server, &mut tablet);
    assert_eq!(tablet.reasons[&1], HeldReason::FieldNotAllowed);
    says(&mut server, "market", "PGI");
    let held = server.store.filed(name(tablet.device, 1)).unwrap();
    assert_eq!(held[0].state, State::HeldBack);
    // Set aside by the office.
    offer(&mut server, name(OTHER, 4), &[("stall", "B-99")]);
    let offered = server.store.filed(name(OTHER, 4)).unwrap().remove(0);
    discard(&mut server.store, &offered, None, "")
        .unwrap()
        .unwrap();
    says(&mut server, "stall", "B-99");
    assert_eq!(states(&mut server, name(OTHER, 4)), [State::Discarded]);
}

#[test]
fn a_change_that_has_come_itself_leaves_the_others_of_its_record_needed() {
    let (mut server, mut tablet) = restored();
    tablet.set(&mut server, id(21), "stall", "B-99");
    let own = tablet.device;
    offer(
        &mut server,
        name(own, 1),
        &[("stall", "B-99"), ("note", "dekat pintu")],
    );
    offer(&mut server, name(own, 2), &[("nickname", "Bu Ani")]);
    sync(&mut server, &mut tablet);
    // Its own tablet's word on what the change says is the last one.
    assert_eq!(states(&mut server, name(own, 1)), [State::Superseded]);
    assert_eq!(states(&mut server, name(own, 2)), [State::HeldBack]);
}

#[test]
fn what_is_written_once_is_lacking_only_where_nothing_is_written() {
    let (mut server, _) = restored();
    assert_eq!(
        offer(&mut server, name(OTHER, 4), &[("register", "R-1")]),
        1
    );
    says(&mut server, "register", "R-2");
    assert_eq!(
        offer(&mut server, name(OTHER, 5), &[("register", "R-3")]),
        0
    );
}

#[test]
fn what_is_about_two_records_goes_once() {
    let (mut server, _) = restored();
    server.trader(22, "KNM");
    let stalls =
        |value: &str| [21, 22].map(|n| Patch::new("trader", id(n), [("stall", value.into())]));
    let moment = server.moment(Clocks::default());
    let change = Change {
        device: OTHER,
        n: 4,
        stamp: Stamp::at_ms(moment.server_ms),
        clocks: Clocks::default(),
        author: PersonId(id(11)),
        seen: None,
        prev: None,
        salt: None,
        patches: stalls("B-99").to_vec(),
    };
    assert_eq!(take_recovered(&mut server.store, moment, &[change]), Ok(1));
    let before = server.store.head.seq;
    server.office(stalls("B-99").to_vec());
    assert_eq!(states(&mut server, name(OTHER, 4)), [State::Superseded]);
    assert_eq!(
        server.store.head.seq,
        before + 2,
        "the office's change, and this"
    );
}
