//! The code that stands for a trader in exports and on slips.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;

/// Length of a pseudonym in characters.
pub const PSEUDONYM_CHARS: usize = 13;

/// A code that is the same for a trader in every export of a campaign and tells nothing without the key.
///
/// `P` and 60 bits of HMAC-SHA-256 (export key, trader id) as 12 base32 characters (RFC 4648, no I/O/0/1 confusion
/// because 0 and 1 do not occur). The letter in front keeps spreadsheets from reading `2E…` as a number.
pub fn pseudonym(export_key: &[u8], trader_id: Uuid) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(export_key) else {
        // HMAC takes keys of every length; this arm only satisfies the signature.
        return String::new();
    };
    mac.update(trader_id.as_bytes());
    let tag = mac.finalize().into_bytes();
    let bits = tag
        .first_chunk()
        .map_or(0, |first| u64::from_be_bytes(*first));
    let code = (0..12).filter_map(|at| ALPHABET.get(((bits >> (59 - 5 * at)) & 31) as usize));
    std::iter::once('P')
        .chain(code.map(|byte| char::from(*byte)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_trader_keeps_its_code_and_another_key_gives_another() {
        let trader = Uuid::from_u128(7);
        let code = pseudonym(b"key", trader);
        assert_eq!(code, pseudonym(b"key", trader));
        assert_ne!(code, pseudonym(b"other", trader));
        assert_eq!(code.len(), PSEUDONYM_CHARS);
        assert!(
            code.bytes()
                .all(|byte| byte.is_ascii_uppercase() || (b'2'..=b'7').contains(&byte))
        );
    }

    /// The code as any other program makes it from the same key: an export of long ago is matched by it.
    #[test]
    fn a_code_is_the_first_sixty_bits_of_the_hmac_in_base32() {
        assert_eq!(pseudonym(b"key", Uuid::from_u128(7)), "PGLAEVSEAFBYO");
    }

    #[test]
    fn ten_thousand_traders_have_ten_thousand_codes() {
        let codes: BTreeSet<String> = (0..10_000)
            .map(|n| pseudonym(b"key", Uuid::from_u128(n)))
            .collect();
        assert_eq!(codes.len(), 10_000);
    }
}
