//! Hostile bytes are only ever refused: whatever is flipped, cut or added, reading ends with an answer or an error.

use super::{read_answer, read_request, write_answer, write_request};
use crate::change::{Change, Content, Patch};
use crate::id::{CampaignId, DeviceId, PersonId, created_id};
use crate::register::{Origin, RecordKey, Register};
use crate::stamp::{Clocks, Stamp};
use crate::sync::messages::{Answer, Cursor, Elsewhere, Offered, Position, Request, SentRecord};
use crate::value::Value;
use crate::wire::{pack, unpack};
use proptest::prelude::*;
use uuid::Uuid;

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        (-1e12f64..1e12).prop_map(Value::Real),
        ".{0,12}".prop_map(Value::Text),
        any::<u128>().prop_map(|n| Value::id(Uuid::from_u128(n))),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::List),
            proptest::collection::btree_map("[a-z]{0,4}", inner, 0..4).prop_map(Value::Map),
        ]
    })
}

fn patch() -> impl Strategy<Value = Patch> {
    let content = prop_oneof![
        6 => value().prop_map(Content::Value),
        1 => (value(), any::<[u8; 16]>()).prop_map(|(v, s)| Content::Salted(v, s)),
        1 => any::<[u8; 32]>().prop_map(Content::Commitment),
    ];
    let fields = proptest::collection::btree_map("[a-z_]{1,8}", content, 0..5);
    (
        "(trader|step|need|visit|spaceship)",
        any::<u128>(),
        fields,
        any::<bool>(),
    )
        .prop_map(|(kind, id, fields, bad)| {
            let bad_id = bad.then(|| format!("no id {id}"));
            Patch {
                kind,
                id: if bad {
                    Uuid::nil()
                } else {
                    Uuid::from_u128(id)
                },
                bad_id,
                fields,
            }
        })
}

fn change(n: u64) -> impl Strategy<Value = Change> {
    let clocks = (any::<i64>(), any::<Option<u64>>(), any::<Option<i64>>());
    let patches = proptest::collection::vec(patch(), 0..3);
    (
        any::<u64>(),
        clocks,
        any::<Option<[u8; 16]>>(),
        any::<Option<[u8; 32]>>(),
        patches,
        any::<u8>(),
    )
        .prop_map(
            move |(stamp, (wall_ms, boot, mono_ms), salt, prev, mut patches, author)| {
                if let (Some(salt), Some(first)) = (&salt, patches.first_mut())
                    && first.bad_id.is_none()
                {
                    first.id = created_id(salt, 0);
                }
                Change {
                    device: DeviceId(Uuid::from_u128(5)),
                    n,
                    stamp: Stamp(stamp),
                    clocks: Clocks {
                        wall_ms,
                        boot,
                        mono_ms,
                    },
                    author: PersonId(Uuid::from_u128(u128::from(author))),
                    seen: None,
                    prev,
                    salt,
                    patches,
                }
            },
        )
}

fn request_with(changes: Vec<Change>) -> Request {
    Request {
        protocol: 2,
        device: DeviceId(Uuid::from_u128(5)),
        succeeds: None,
        position: Some(Position::default()),
        clocks: Clocks::default(),
        reports: Vec::new(),
        changes: changes.into_iter().map(Offered::Whole).collect(),
        acked_n: 3,
        repaired: 2,
        recovered: Vec::new(),
    }
}

proptest! {
    #[test]
    fn a_request_goes_there_and_back((first, second) in (change(1), change(2))) {
        let mut second = second;
        second.prev = Some(first.hash());
        let request = request_with(vec![first, second]);
        prop_assert_eq!(read_request(&write_request(&request)).unwrap(), request);
    }

    #[test]
    fn a_change_goes_there_and_back_and_its_hash_survives_redaction(change in change(7)) {
        prop_assert_eq!(&Change::from_bytes(&change.to_bytes()).unwrap(), &change);
        let mut redacted = change.clone();
        redacted.redact(|_, field| field.len() % 2 == 0);
        prop_assert_eq!(redacted.hash(), change.hash());
        prop_assert_eq!(redacted.content_hash(), change.content_hash());
        prop_assert_eq!(Change::from_bytes(&redacted.to_bytes()).unwrap(), redacted);
    }

    #[test]
    fn damaged_bodies_are_refused_or_read_never_a_panic(change in change(1), at in any::<usize>(), bit in 0u8..8, cut in any::<usize>()) {
        let packed = write_request(&request_with(vec![change]));
        let mut body = unpack(&packed, 1 << 20).unwrap();
        let length = body.len();
        body[at % length] ^= 1 << bit;
        let _either = read_request(&pack(&body, 1));
        let _either = read_request(&pack(&body[..cut % length], 1));
        let _either = read_answer(&pack(&body, 1), CampaignId(Uuid::nil()));
    }

    #[test]
    fn an_answer_goes_there_and_back(values in proptest::collection::btree_map("[a-z]{1,6}", value(), 1..6), id in any::<u128>()) {
        let origin = |n: u64| Origin { stamp: Stamp(n << 20), device: DeviceId(Uuid::from_u128(9)), n, author: PersonId(Uuid::nil()) };
        let registers = values.into_iter().enumerate().map(|(n, (field, value))| (field, Register { value, origin: origin(n as u64 % 2), seq: 0 }));
        let record = SentRecord { key: RecordKey::new("trader", Uuid::from_u128(id)), home: "KNM".into(), fields: registers.collect() };
        let mut answer = Answer { records: vec![record.clone(), record], ..Answer::default() };
        answer.position.homes.insert("KNM".into(), Cursor { base: 1, seq: 5, row: 7 });
        answer.elsewhere = vec![Elsewhere { visit: Uuid::from_u128(id), outcome: "batal".into(), at_ms: -5 }];
        let campaign = CampaignId(Uuid::from_u128(3));
        prop_assert_eq!(read_answer(&write_answer(&answer, campaign, 3), campaign).unwrap(), answer);
    }
}
