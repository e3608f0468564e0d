//! The form of the copy's file: sealed frames, one behind the other, each of which can be read without the others.

use crate::error::{Result, TabletError};
use crate::home::random;
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use sha2::{Digest, Sha256};

/// With it a frame begins, and behind a damaged one the next is found.
const MAGIC: [u8; 4] = *b"GPc1";
const NONCE_BYTES: usize = 24;
/// Magic, length, nonce.
const HEAD_BYTES: usize = MAGIC.len() + 4 + NONCE_BYTES;

/// Seals and opens frames with a key that follows from the key of the tablet's data.
pub struct Seal(XChaCha20Poly1305);

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seal(…)")
    }
}

/// What a file's bytes hold.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Frames {
    /// Contents in the order of writing.
    pub contents: Vec<Vec<u8>>,
    /// Bytes that belong to no whole frame: a damaged one, or one that was being written when the power went.
    pub lost_bytes: usize,
}

impl Seal {
    pub fn new(key: &[u8; 32]) -> Self {
        let own = Sha256::new().chain_update(b"sealed copy").chain_update(key);
        Self(XChaCha20Poly1305::new(Key::from_slice(&own.finalize())))
    }

    /// Appends a frame with `content` to `out`. Errors: where the system gives no random numbers.
    pub fn frame(&self, content: &[u8], out: &mut Vec<u8>) -> Result<()> {
        let nonce = random::<NONCE_BYTES>()?;
        let failed = |what: &str| TabletError::File {
            what: "a change could not be sealed",
            error: std::io::Error::other(what.to_owned()),
        };
        let sealed = self.0.encrypt(XNonce::from_slice(&nonce), content);
        let sealed = sealed.map_err(|_| failed("it is too long"))?;
        let length = u32::try_from(sealed.len()).map_err(|_| failed("it is too long"))?;
        out.extend(MAGIC);
        out.extend(length.to_le_bytes());
        out.extend(nonce);
        out.extend(sealed);
        Ok(())
    }

    /// Every frame that is whole.
    pub fn open(&self, mut bytes: &[u8]) -> Frames {
        let mut frames = Frames::default();
        while !bytes.is_empty() {
            if let Some((content, rest)) = self.first(bytes) {
                frames.contents.push(content);
                bytes = rest;
            } else {
                let next = bytes.get(1..).unwrap_or_default();
                let at = next.windows(MAGIC.len()).position(|four| four == MAGIC);
                let lost = at.map_or(bytes.len(), |at| at + 1);
                frames.lost_bytes += lost;
                bytes = bytes.get(lost..).unwrap_or_default();
            }
        }
        frames
    }

    /// The frame with which `bytes` begin, and what follows it.
    fn first<'b>(&self, bytes: &'b [u8]) -> Option<(Vec<u8>, &'b [u8])> {
        let (head, rest) = bytes.split_at_checked(HEAD_BYTES)?;
        let (magic, head) = head.split_at_checked(MAGIC.len())?;
        let (length, nonce) = head.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
        let (sealed, rest) = rest.split_at_checked(length)?;
        let content = self.0.decrypt(XNonce::from_slice(nonce), sealed).ok()?;
        (magic == MAGIC).then_some((content, rest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(seal: &Seal, contents: &[&[u8]]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for content in contents {
            seal.frame(content, &mut bytes).unwrap();
        }
        bytes
    }

    #[test]
    fn whatever_byte_is_changed_the_other_frames_are_read_and_the_loss_is_noticed() {
        let seal = Seal::new(&[7; 32]);
        let contents: [&[u8]; 3] = [b"one", b"", b"three GPc1 three"];
        let whole = file(&seal, &contents);
        assert_eq!(seal.open(&whole).contents, contents);
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 0x10;
            let frames = seal.open(&changed);
            assert!(frames.lost_bytes > 0, "byte {at}");
            assert_eq!(frames.contents.len(), 2, "byte {at}");
            assert!(frames.contents.iter().all(|c| contents.contains(&&c[..])));
        }
    }

    #[test]
    fn whatever_length_is_left_the_frames_before_are_read() {
        let seal = Seal::new(&[7; 32]);
        let whole = file(&seal, &[b"one", b"two"]);
        let first = file(&seal, &[b"one"]).len();
        for length in 0..whole.len() {
            let frames = seal.open(&whole[..length]);
            assert_eq!(frames.contents.len(), usize::from(length >= first));
            assert_eq!(frames.lost_bytes > 0, length != 0 && length != first);
        }
    }

    #[test]
    fn another_key_opens_nothing() {
        let bytes = file(&Seal::new(&[7; 32]), &[b"one"]);
        assert_eq!(seal_of_another().open(&bytes).contents.len(), 0);
        assert!(!bytes.windows(3).any(|three| three == b"one"));
    }

    fn seal_of_another() -> Seal {
        Seal::new(&[8; 32])
    }
}
