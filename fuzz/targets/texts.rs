//! What people type and registers hold: phones, stalls and names of any form.
#![no_main]

use grebeg_core::rules::{names, phone, stall};
use grebeg_core::stamp::Stamp;
use grebeg_core::wire::json::{from_hex, is_date, read_seen};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Some(number) = phone::normalise(text) {
        assert_eq!(
            phone::normalise(&number).as_ref(),
            Some(&number),
            "a normal form stays"
        );
    }
    drop(stall::parse(text));
    drop(names::parse(text));
    drop(read_seen(text));
    drop(from_hex(text));
    is_date(text);
    if let Some(stamp) = Stamp::parse(text) {
        assert_eq!(Stamp::parse(&stamp.to_string()), Some(stamp));
    }
});
