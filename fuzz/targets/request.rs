//! The compact request: what is read is written and read again as the same; a damaged one is refused, never worse.
#![no_main]

use arbitrary::Unstructured;
use grebeg_core::wire::compact::{read_request, write_request};
use grebeg_core::wire::{pack, unpack};
use grebeg_fuzz::{damage, request};
use libfuzzer_sys::fuzz_target;

const MAX: usize = 8 << 20;

fuzz_target!(|bytes: &[u8]| {
    let mut u = Unstructured::new(bytes);
    let Ok(request) = request(&mut u) else { return };
    let message = write_request(&request);
    if let Ok(read) = read_request(&message) {
        let again = read_request(&write_request(&read)).expect("what was read can be written");
        assert_eq!(read, again);
    }
    let Ok(mut body) = unpack(&message, MAX) else {
        return;
    };
    if damage(&mut u, &mut body).is_ok() {
        drop(read_request(&pack(&body, 1)));
    }
});
