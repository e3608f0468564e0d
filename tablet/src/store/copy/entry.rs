//! What stands in the copy: who the tablet is, its people's PINs, the highest number that it gave, and each change that was not
//! sent yet.

use crate::store::pin::PinRow;
use grebeg_core::change::Change;
use grebeg_core::codec::{DecodeError, Reader, Writer};
use grebeg_core::id::{DeviceId, PersonId};

const IDENTITY: u8 = 1;
const MARK: u8 = 2;
const CHANGE: u8 = 3;
const PIN: u8 = 4;

/// One sealed frame's content.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    /// The tablet's enrolment, as the rows of `meta` that make it.
    Identity(Vec<(String, Vec<u8>)>),
    /// The highest number given out under a device id.
    Mark { device: DeviceId, n: u64 },
    /// A change that waits; it raises the mark of its device.
    Change(Change),
    /// What is kept of a person's PIN from now on; `None`: nothing, because a lead cleared it.
    Pin(PersonId, Option<PinRow>),
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
            Self::Pin(person, pin) => {
                out.byte(PIN);
                out.uuid(&person.0);
                if let Some(pin) = pin {
                    write_pin(&mut out, pin);
                }
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
            PIN => {
                let person = PersonId(input.uuid()?);
                let is_there = input.remaining() > 0;
                let pin = is_there.then(|| read_pin(&mut input)).transpose()?;
                Ok(Self::Pin(person, pin))
            }
            _ => Err(DecodeError::Invalid("an entry of the sealed copy")),
        }
    }
}

fn write_pin(out: &mut Writer, pin: &PinRow) {
    out.text(&pin.hash);
    out.varint(u64::from(pin.wrong));
    out.signed(pin.wait_ms);
    let known = pin.boot.zip(pin.mono_ms);
    out.byte(u8::from(known.is_some()));
    if let Some((boot, mono_ms)) = known {
        out.varint(boot);
        out.signed(mono_ms);
    }
}

fn read_pin(input: &mut Reader<'_>) -> Result<PinRow, DecodeError> {
    let mut pin = PinRow {
        hash: input.text()?.to_owned(),
        wrong: u32::try_from(input.varint()?).unwrap_or(u32::MAX),
        wait_ms: input.signed()?,
        boot: None,
        mono_ms: None,
    };
    if input.byte()? == 1 {
        pin.boot = Some(input.varint()?);
        pin.mono_ms = Some(input.signed()?);
    }
    Ok(pin)
}
