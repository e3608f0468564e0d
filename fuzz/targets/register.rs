//! The register file that an admin hands over: text of rows, or any bytes as text and as a workbook.
#![no_main]

use arbitrary::{Result, Unstructured};
use libfuzzer_sys::fuzz_target;
use sync_server::register;

const HEADINGS: &[&str] = &[
    "register_no",
    "No",
    "market",
    "Pasar",
    "stall",
    "Blok",
    "name",
    "Nama Pedagang",
    "phone",
    "HP",
    "commodity",
    "note",
    "",
];
const ENDS: &[&str] = &["\n", "\r\n", "\r", "\n\n"];
const MARKS: &[&str] = &[",", ";", "\t", "\"", "\"\"", "'", "=", "\u{feff}", "|"];

fn text(u: &mut Unstructured<'_>) -> Result<String> {
    let mut text = String::new();
    let mark = *u.choose(&[",", ";", "\t"])?;
    for _ in 0..u.int_in_range(1..=8u8)? {
        text += u.choose(HEADINGS)?;
        text += mark;
    }
    for _ in 0..u.int_in_range(0..=40u8)? {
        match u.int_in_range(0..=4u8)? {
            0 => text += u.choose(ENDS)?,
            1 => text += u.choose(MARKS)?,
            2 => text += mark,
            _ => text += u.arbitrary::<&str>()?,
        }
    }
    Ok(text)
}

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = text(&mut Unstructured::new(bytes)) {
        drop(register::read(text.as_bytes(), "register.csv", &[]));
    }
    drop(register::read(bytes, "register.csv", &[]));
});
