//! The compact answer as a tablet reads it: any body, and any body in the envelope.
#![no_main]

use grebeg_core::wire::compact::{read_answer, write_answer};
use grebeg_core::wire::pack;
use grebeg_fuzz::CAMPAIGN;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    drop(read_answer(bytes, CAMPAIGN));
    if let Ok(read) = read_answer(&pack(bytes, 1), CAMPAIGN) {
        let written = write_answer(&read, CAMPAIGN, 1);
        let again = read_answer(&written, CAMPAIGN).expect("what was read can be written");
        assert_eq!(read, again);
    }
});
