//! The envelope of the compact form: two marks, then zstd, unpacked under a cap.

use super::WireError;
use std::io::Read;

const MARK: u8 = b'G';
const FORM: u8 = 1;
/// Window of at most 8 MiB: a frame that asks for more is refused before anything is allocated.
const WINDOW_LOG_MAX: u32 = 23;

/// Packs a body. `level`: zstd's, 1 to 19.
pub fn pack(body: &[u8], level: i32) -> Vec<u8> {
    let mut out = vec![MARK, FORM];
    // Packing into memory fails only without memory; an unpacked body would still be a wrong message.
    match zstd::bulk::compress(body, level) {
        Ok(packed) => out.extend(packed),
        Err(_) => out.clear(),
    }
    out
}

/// Unpacks a body of at most `max` bytes; reads no further than that.
pub fn unpack(message: &[u8], max: usize) -> Result<Vec<u8>, WireError> {
    let [MARK, FORM, packed @ ..] = message else {
        return Err(WireError::NotCompact);
    };
    let mut decoder =
        zstd::stream::read::Decoder::with_buffer(packed).map_err(|_| WireError::NotCompact)?;
    decoder
        .window_log_max(WINDOW_LOG_MAX)
        .map_err(|_| WireError::NotCompact)?;
    let mut body = Vec::new();
    let limit = max as u64 + 1;
    decoder
        .by_ref()
        .take(limit)
        .read_to_end(&mut body)
        .map_err(|_| WireError::NotCompact)?;
    if body.len() > max {
        return Err(WireError::TooLarge { max });
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bomb_is_stopped_at_the_cap() {
        let bomb = pack(&vec![0; 64 << 20], 19);
        assert!(bomb.len() < 20_000);
        assert_eq!(
            unpack(&bomb, 8 << 20),
            Err(WireError::TooLarge { max: 8 << 20 })
        );
    }

    #[test]
    fn what_is_cut_or_foreign_is_refused() {
        let packed = pack(b"hello hello hello", 3);
        for length in 0..packed.len() {
            assert!(unpack(&packed[..length], 100).is_err(), "{length}");
        }
        assert_eq!(unpack(b"<html>", 100), Err(WireError::NotCompact));
    }
}
