//! The stored and sent form of a position.

use crate::codec::{DecodeError, Reader, Writer};
use crate::sync::messages::{Cursor, Position};

impl Position {
    pub fn write(&self, out: &mut Writer) {
        out.uuid(&self.epoch);
        out.byte(self.roles);
        out.varint(self.homes.len() as u64);
        for (home, cursor) in &self.homes {
            out.text(home);
            out.varint(cursor.seq);
            if cursor.is_complete() {
                out.varint(0);
            } else {
                out.varint(cursor.row.saturating_add(1));
                out.varint(cursor.base);
            }
        }
    }

    pub fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut position = Self {
            epoch: input.uuid()?,
            roles: input.byte()?,
            ..Self::default()
        };
        for _ in 0..input.count("homes", 10_000)? {
            let home = input.text()?.to_owned();
            let seq = input.varint()?;
            let cursor = match input.varint()? {
                0 => Cursor::complete(seq),
                row => Cursor {
                    base: input.varint()?,
                    seq,
                    row: row - 1,
                },
            };
            position.homes.insert(home, cursor);
        }
        Ok(position)
    }

    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer::new();
        self.write(&mut out);
        out.bytes
    }

    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut input = Reader::new(bytes);
        let position = Self::read(&mut input)?;
        input.end()?;
        Ok(position)
    }
}
