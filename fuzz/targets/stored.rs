//! What stands in the stores: a change, registers, a position. The first byte says which; and a change made from the rest.
#![no_main]

use arbitrary::Unstructured;
use grebeg_core::change::Change;
use grebeg_core::register::Registers;
use grebeg_core::sync::messages::Position;
use grebeg_fuzz::{change, damage};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((which, bytes)) = bytes.split_first() else {
        return;
    };
    match which % 4 {
        0 => {
            if let Ok(read) = Registers::from_bytes(bytes) {
                let again = Registers::from_bytes(&read.to_bytes());
                assert_eq!(again.expect("what was read can be written"), read);
            }
        }
        1 => {
            if let Ok(read) = Position::from_bytes(bytes) {
                let again = Position::from_bytes(&read.to_bytes());
                assert_eq!(again.expect("what was read can be written"), read);
            }
        }
        2 => same_change(bytes),
        _ => {
            let mut u = Unstructured::new(bytes);
            let Ok(change) = change(&mut u) else { return };
            let mut written = change.to_bytes();
            same_change(&written);
            if damage(&mut u, &mut written).is_ok() {
                same_change(&written);
            }
        }
    }
});

fn same_change(bytes: &[u8]) {
    if let Ok(read) = Change::from_bytes(bytes) {
        let again = Change::from_bytes(&read.to_bytes()).expect("what was read can be written");
        assert_eq!(again.hash(), read.hash());
        assert_eq!(again, read);
    }
}
