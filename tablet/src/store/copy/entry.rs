//! What stands in the copy: who the tablet is, the highest number that it gave, and each change that was not sent yet.

use grebeg_core::change::Change;
use grebeg_core::codec::{DecodeError, Reader, Writer};
use grebeg_core::id::DeviceId;

const IDENTITY: u8 = 1;
const MARK: u8 = 2;
const CHANGE: u8 = 3;

/// One sealed frame's content.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    /// The tablet's enrolment, as the rows of `meta` that make it.
    Identity(Vec<(String, Vec<u8>)>),
    /// The highest number given out under a device id.
    Mark { device: DeviceId, n: u64 },
    /// A change that waits; it raises the mark of its device.
    Change(Change),
}

impl Entry {
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer::new();
        match self {
            Self::Identity(rows) => {
                out.byte(IDENTITY);
                for (key, value) in rows {
                    out.text(key);
                    out.blob(value);
                }
            }
            Self::Mark { device, n } => {
                out.byte(MARK);
                out.uuid(&device.0);
                out.varint(*n);
            }
            Self::Change(change) => {
                out.byte(CHANGE);
                out.raw(&change.to_bytes());
            }
        }
        out.bytes
    }

    /// Errors: bytes of another form, which a newer program may have written.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut input = Reader::new(bytes);
        match input.byte()? {
            IDENTITY => {
                let mut rows = Vec::new();
                while input.remaining() > 0 {
                    rows.push((input.text()?.to_owned(), input.blob()?.to_vec()));
                }
                Ok(Self::Identity(rows))
            }
            MARK => Ok(Self::Mark {
                device: DeviceId(input.uuid()?),
                n: input.varint()?,
            }),
            CHANGE => Ok(Self::Change(Change::read(&mut input)?)),
            _ => Err(DecodeError::Invalid("an entry of the sealed copy")),
        }
    }
}
