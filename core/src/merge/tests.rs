//! The laws of merging, over many orders, and the three exceptions.

use super::{merge, merge_register};
use crate::change::Patch;
use crate::digest;
use crate::id::{DeviceId, PersonId};
use crate::register::{Origin, RecordKey, Registers};
use crate::stamp::Stamp;
use crate::value::Value;
use proptest::prelude::*;
use uuid::Uuid;

fn origin(ms: i64, device: u128) -> Origin {
    Origin {
        stamp: Stamp::at_ms(ms),
        device: DeviceId(Uuid::from_u128(device)),
        n: 1,
        author: PersonId(Uuid::nil()),
    }
}

/// Each step: `ms device field=value…`; the values that hold in the end, in field order.
fn check(steps: &str, expected: &str) {
    let mut record = Registers::default();
    for step in steps.lines() {
        let mut words = step.split_whitespace();
        let ms: i64 = words.next().unwrap().parse().unwrap();
        let device = u128::from(words.next().unwrap().as_bytes()[0]);
        let fields = words.map(|w| w.split_once('=').unwrap());
        let fields = fields.map(|(f, v)| {
            (
                f,
                if v == "true" {
                    Value::Bool(true)
                } else {
                    Value::text(v)
                },
            )
        });
        merge(
            &mut record,
            &Patch::new("trader", Uuid::nil(), fields),
            origin(ms, device),
            0,
        );
    }
    let shown: Vec<String> = record
        .0
        .iter()
        .map(|(f, r)| {
            format!(
                "{f}={} by {}",
                r.value.to_json(),
                char::from(r.origin.device.0.as_u128() as u8)
            )
        })
        .collect();
    assert_eq!(shown.join(" ").replace('"', ""), expected);
}

#[test]
fn the_later_stamp_wins() {
    check("100 A stall=12\n 101 B stall=14", "stall=14 by B");
    check("101 B stall=14\n 100 A stall=12", "stall=14 by B");
}

#[test]
fn equal_stamps_go_to_the_higher_device() {
    check("100 B stall=14\n 100 A stall=12", "stall=14 by B");
}

#[test]
fn different_fields_both_stay() {
    check(
        "100 A stall=12\n 90 B name=Ani",
        "name=Ani by B stall=12 by A",
    );
}

#[test]
fn an_erasure_beats_personal_values_before_and_after() {
    check(
        "100 A name=Ani market=KNM\n 50 B erased=true\n 900 A name=Ani phone=1 stall=4 market=PGI",
        "erased=true by B market=PGI by A",
    );
}

#[test]
fn what_came_already_changes_nothing_and_is_not_in_the_plan() {
    let mut record = Registers::default();
    assert!(record.is_empty());
    let fields = [("stall", Value::text("12")), ("register", "x".into())];
    let patch = Patch::new("trader", Uuid::nil(), fields);
    assert_eq!(merge(&mut record, &patch, origin(100, 1), 1).len(), 2);
    assert!(!record.is_empty());
    assert!(merge(&mut record, &patch, origin(100, 1), 2).is_empty());
    assert!(
        merge(&mut record, &patch, origin(99, 9), 3).len() == 1,
        "only what is written once"
    );
    let erased = Patch::new("trader", Uuid::nil(), [("erased", Value::Bool(true))]);
    let writes = merge(&mut record, &erased, origin(100, 1), 4);
    let gone: Vec<&str> = writes
        .iter()
        .filter(|w| w.new.is_none())
        .map(|w| w.field.as_str())
        .collect();
    assert_eq!(gone, ["stall"]);
    assert!(merge(&mut record, &erased, origin(100, 1), 5).is_empty());
    let not_erased = Patch::new("trader", Uuid::nil(), [("erased", Value::Bool(false))]);
    assert!(
        merge(&mut record, &not_erased, origin(900, 1), 6).is_empty(),
        "for ever"
    );
}

#[test]
fn an_erasure_comes_as_a_register_too_and_takes_the_same() {
    let mut record = Registers::default();
    let fields = [("name", Value::text("Ani")), ("market", "KNM".into())];
    merge(
        &mut record,
        &Patch::new("trader", Uuid::nil(), fields),
        origin(100, 1),
        1,
    );
    let told = |value: Value| crate::register::Register {
        value,
        origin: origin(50, 2),
        seq: 2,
    };
    let anonymous = merge_register(&mut record, "trader", "anonymous", told(true.into()));
    assert_eq!(
        anonymous.len(),
        1,
        "another field that is true erases nobody"
    );
    let not_yet = merge_register(&mut record, "trader", "erased", told(false.into()));
    assert!(not_yet.is_empty() && record.text("name") == Some("Ani"));
    let writes = merge_register(&mut record, "trader", "erased", told(true.into()));
    assert_eq!(writes.len(), 2, "the name goes and the mark comes");
    assert_eq!(record.text("name"), None);
    assert_eq!(record.text("market"), Some("KNM"));
    assert!(merge_register(&mut record, "trader", "erased", told(true.into())).is_empty());
    assert!(merge_register(&mut record, "trader", "name", told("Ani".into())).is_empty());
}

#[test]
fn a_field_written_once_keeps_its_first_write() {
    check("100 A register=x\n 200 B register=y", "register=x by A");
    check("200 B register=y\n 100 A register=x", "register=x by A");
}

fn patches() -> impl Strategy<Value = Vec<(Patch, Origin)>> {
    let field = prop_oneof![
        Just("name"),
        Just("phone"),
        Just("stall"),
        Just("register"),
        Just("new_one")
    ];
    let value = prop_oneof![
        Just(Value::Null),
        Just(Value::text("a")),
        Just(Value::text("b"))
    ];
    let fields = proptest::collection::btree_map(field, value, 0..4);
    let one = (fields, 0i64..6, 1u128..4, 0u8..8).prop_map(|(fields, ms, device, erase)| {
        let mut patch = Patch::new("trader", Uuid::nil(), fields);
        if erase == 0 {
            patch.fields.insert(
                "erased".into(),
                crate::change::Content::Value(Value::Bool(true)),
            );
        }
        (patch, origin(ms, device))
    });
    // One device writes at one stamp only once: two patches of the same origin would be one change.
    proptest::collection::vec(one, 0..12).prop_map(|mut list| {
        list.sort_by_key(|(_, o)| (o.stamp, o.device));
        list.dedup_by_key(|(_, o)| (o.stamp, o.device));
        list
    })
}

fn fold<'a>(list: impl IntoIterator<Item = &'a (Patch, Origin)>) -> (Registers, digest::Sum) {
    let key = RecordKey::new("trader", Uuid::nil());
    let mut record = Registers::default();
    let mut sum = digest::Sum::default();
    for (patch, origin) in list {
        sum.follow(&key, &merge(&mut record, patch, *origin, 0));
    }
    (record, sum)
}

proptest! {
    #[test]
    fn any_order_and_repetition_give_the_same_registers_and_digest(
        (list, shuffled) in patches().prop_flat_map(|l| (Just(l.clone()), Just(l).prop_shuffle()))
    ) {
        let (straight, sum) = fold(&list);
        let (other, other_sum) = fold(shuffled.iter().chain(list.iter()).chain(shuffled.iter().rev()));
        prop_assert_eq!(&straight, &other);
        prop_assert_eq!(sum, other_sum);
        prop_assert_eq!(sum, digest::of_record(&RecordKey::new("trader", Uuid::nil()), &straight));
    }

    #[test]
    fn grouped_as_registers_of_a_second_replica_it_is_the_same(list in patches(), cut in 0usize..12) {
        let cut = cut.min(list.len());
        let (whole, _) = fold(&list);
        let (mut left, _) = fold(&list[..cut]);
        let (right, _) = fold(&list[cut..]);
        for (field, register) in right.0 {
            merge_register(&mut left, "trader", &field, register);
        }
        prop_assert_eq!(whole, left);
    }

    #[test]
    fn registers_survive_their_stored_form(list in patches()) {
        let (record, _) = fold(&list);
        prop_assert_eq!(Registers::from_bytes(&record.to_bytes()).unwrap(), record);
    }
}
