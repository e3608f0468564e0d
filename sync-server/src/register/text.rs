//! Turns the bytes of a text file into text: byte order marks, UTF-8, UTF-16 and Windows-1252.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Text of a file, and the name of the encoding it was read as.
///
/// Decided by validity: a byte order mark counts if what follows fits it; text with every second byte zero is UTF-16;
/// valid UTF-8 is UTF-8; all else is Windows-1252, which takes any byte.
pub(super) fn decode(bytes: &[u8]) -> (Cow<'_, str>, &'static str) {
    if let Some((encoding, bom_bytes)) = Encoding::for_bom(bytes) {
        let rest = bytes.get(bom_bytes..).unwrap_or_default();
        let (text, broken) = encoding.decode_without_bom_handling(rest);
        if !broken || encoding != UTF_8 {
            return (text, encoding.name());
        }
        return (
            WINDOWS_1252.decode_without_bom_handling(rest).0,
            WINDOWS_1252.name(),
        );
    }
    let guess = utf16_without_mark(bytes).unwrap_or(UTF_8);
    if let Some(text) = guess.decode_without_bom_handling_and_without_replacement(bytes) {
        return (text, guess.name());
    }
    (
        WINDOWS_1252.decode_without_bom_handling(bytes).0,
        WINDOWS_1252.name(),
    )
}

/// UTF-16 shows itself by zero bytes in every second place: the heading line is mostly Latin letters.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..bytes.len().min(4096)).unwrap_or_default();
    let zeros = |offset: usize| {
        head.iter()
            .skip(offset)
            .step_by(2)
            .filter(|byte| **byte == 0)
            .count()
    };
    let (even, odd) = (zeros(0), zeros(1));
    let many = head.len() / 5;
    if head.len() < 4 {
        None
    } else if odd > many && even * 4 < odd {
        Some(UTF_16LE)
    } else if even > many && odd * 4 < even {
        Some(UTF_16BE)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], text: &str, encoding: &str) {
        let (got, name) = decode(bytes);
        assert_eq!((got.as_ref(), name), (text, encoding));
    }

    fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(to_bytes).collect()
    }

    #[test]
    fn marks_are_dropped_and_encodings_told_apart_by_validity() {
        check("\u{feff}nama;é".as_bytes(), "nama;é", "UTF-8");
        check("nama;ꦗ".as_bytes(), "nama;ꦗ", "UTF-8");
        check(b"nama;Ren\xe9", "nama;René", "windows-1252");
        check(b"\xef\xbb\xbfnama;Ren\xe9", "nama;René", "windows-1252");
        check(&utf16("\u{feff}nama", u16::to_le_bytes), "nama", "UTF-16LE");
        check(&utf16("\u{feff}nama", u16::to_be_bytes), "nama", "UTF-16BE");
        check(
            &utf16("nama;stall", u16::to_le_bytes),
            "nama;stall",
            "UTF-16LE",
        );
        check(
            &utf16("nama;stall", u16::to_be_bytes),
            "nama;stall",
            "UTF-16BE",
        );
        check(b"", "", "UTF-8");
    }
}
