//! Registers: each field's winning write, with where it came from, and the record that they make up.

use crate::codec::{DecodeError, Reader, Writer};
use crate::id::{DeviceId, PersonId};
use crate::planted::{self, Bug};
use crate::stamp::Stamp;
use crate::value::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

/// The key of a record within its campaign.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordKey {
    pub kind: String,
    pub id: Uuid,
}

impl RecordKey {
    pub fn new(kind: impl Into<String>, id: Uuid) -> Self {
        Self {
            kind: kind.into(),
            id,
        }
    }
}

/// Where a write came from; its order decides which write of a field wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Origin {
    pub stamp: Stamp,
    pub device: DeviceId,
    pub n: u64,
    pub author: PersonId,
}

impl Origin {
    /// The later stamp wins; equal stamps go to the higher device.
    pub fn wins_over(&self, other: &Origin) -> bool {
        if planted::alive(Bug::NoTieBreak) {
            return self.stamp > other.stamp;
        }
        if planted::alive(Bug::LastTieWins) {
            return self.stamp >= other.stamp;
        }
        (self.stamp, self.device) > (other.stamp, other.device)
    }
}

/// The winning write of one field.
#[derive(Debug, Clone, PartialEq)]
pub struct Register {
    pub value: Value,
    pub origin: Origin,
    /// Place of the write in the server's order; 0 on a tablet.
    pub seq: u64,
}

/// All registers of one record, by field name.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Registers(pub BTreeMap<String, Register>);

impl Registers {
    /// The value shown, `None` where the field is unset or cleared.
    pub fn value(&self, field: &str) -> Option<&Value> {
        self.0.get(field).map(|r| &r.value).filter(|v| !v.is_null())
    }

    pub fn text(&self, field: &str) -> Option<&str> {
        self.value(field)?.as_text()
    }

    pub fn id(&self, field: &str) -> Option<Uuid> {
        self.value(field)?.as_id()
    }

    pub fn flag(&self, field: &str) -> bool {
        self.value(field).and_then(Value::as_bool).unwrap_or(false)
    }

    pub fn origin(&self, field: &str) -> Option<&Origin> {
        self.0.get(field).map(|r| &r.origin)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The stored form. Writes of one change share their origin, so origins are listed once.
    pub fn write(&self, out: &mut Writer) {
        let mut origins: Vec<(Origin, u64)> = Vec::new();
        let mut numbers = Vec::with_capacity(self.0.len());
        for register in self.0.values() {
            let origin = (register.origin, register.seq);
            let number = origins
                .iter()
                .position(|o| *o == origin)
                .unwrap_or_else(|| {
                    origins.push(origin);
                    origins.len() - 1
                });
            numbers.push(number);
        }
        out.varint(origins.len() as u64);
        for (origin, seq) in &origins {
            out.varint(origin.stamp.0);
            out.uuid(&origin.device.0);
            out.varint(origin.n);
            out.uuid(&origin.author.0);
            out.varint(*seq);
        }
        out.varint(self.0.len() as u64);
        for ((field, register), number) in self.0.iter().zip(numbers) {
            out.text(field);
            if origins.len() > 1 {
                out.varint(number as u64);
            }
            register.value.write(out);
        }
    }

    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer::new();
        self.write(&mut out);
        out.bytes
    }

    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut input = Reader::new(bytes);
        let count = input.count("origins", usize::MAX)?;
        let mut origins = Vec::with_capacity(count.min(64));
        for _ in 0..count {
            let stamp = Stamp(input.varint()?);
            let device = DeviceId(input.uuid()?);
            let n = input.varint()?;
            let author = PersonId(input.uuid()?);
            origins.push((
                Origin {
                    stamp,
                    device,
                    n,
                    author,
                },
                input.varint()?,
            ));
        }
        let mut registers = BTreeMap::new();
        for _ in 0..input.count("fields", usize::MAX)? {
            let field = input.text()?.to_owned();
            let number = if origins.len() > 1 {
                input.varint()?
            } else {
                0
            };
            let origin = usize::try_from(number).ok().and_then(|i| origins.get(i));
            let (origin, seq) =
                *origin.ok_or(DecodeError::Invalid("an origin that is not listed"))?;
            registers.insert(
                field,
                Register {
                    value: Value::read(&mut input)?,
                    origin,
                    seq,
                },
            );
        }
        input.end()?;
        Ok(Self(registers))
    }
}
