//! What a digest sees, and that every release computes the same.

use super::*;
use crate::id::{DeviceId, PersonId};
use crate::register::Origin;
use crate::stamp::Stamp;
use crate::value::Value;
use uuid::Uuid;

const KEY: (&str, u128) = ("trader", 21);

fn one(key: (&str, u128), field: &str, value: &str, ms: i64, device: u128) -> Sum {
    let register = Register {
        value: Value::text(value),
        origin: Origin {
            stamp: Stamp::at_ms(ms),
            device: DeviceId(Uuid::from_u128(device)),
            n: 1,
            author: PersonId(Uuid::nil()),
        },
        seq: 0,
    };
    let registers = Registers([(field.to_owned(), register)].into());
    of_record(&RecordKey::new(key.0, Uuid::from_u128(key.1)), &registers)
}

#[test]
fn everything_that_both_sides_have_to_agree_on_is_in_it() {
    let all = [
        one(KEY, "stall", "B-12", 5, 1),
        one(("visit", 21), "stall", "B-12", 5, 1),
        one(("trader", 22), "stall", "B-12", 5, 1),
        one(KEY, "name", "B-12", 5, 1),
        one(KEY, "stall", "B-13", 5, 1),
        one(KEY, "stall", "B-12", 6, 1),
        one(KEY, "stall", "B-12", 5, 2),
    ];
    for (at, sum) in all.iter().enumerate() {
        assert_ne!(*sum, Sum::default());
        assert!(all.iter().skip(at + 1).all(|other| other != sum), "{at}");
    }
}

#[test]
fn tablets_of_every_release_compute_the_same() {
    let sum = one(KEY, "stall", "B-12", 5, 1);
    assert_eq!(sum.to_hex(), "0497f15c9855f0f6487df974b502f44c");
    assert_eq!(Sum(10).to_hex(), "0000000000000000000000000000000a");
}

#[test]
fn what_is_added_and_taken_away_again_leaves_nothing_in_any_order() {
    let a = one(KEY, "stall", "B-12", 5, 1);
    let b = one(KEY, "name", "Ani", 6, 2);
    let mut sum = Sum::default();
    sum.add(a);
    assert_eq!(sum, a);
    sum.add(b);
    sum.subtract(a);
    assert_eq!(sum, b);
    sum.subtract(b);
    assert_eq!(sum, Sum::default());
}
