//! The digest that both sides compare after a sync: a sum over all registers of a home, kept up to date at each write.

use crate::codec::Writer;
use crate::merge::Write;
use crate::register::{RecordKey, Register, Registers};
use sha2::{Digest, Sha256};

/// A sum of 128-bit hashes, wrapping: the order of adding does not matter and taking away is exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sum(pub u128);

impl Sum {
    /// Follows the writes of a merge.
    pub fn follow(&mut self, key: &RecordKey, writes: &[Write]) {
        for write in writes {
            if let Some(old) = &write.old {
                self.0 = self.0.wrapping_sub(of_register(key, &write.field, old));
            }
            if let Some(new) = &write.new {
                self.0 = self.0.wrapping_add(of_register(key, &write.field, new));
            }
        }
    }

    pub fn add(&mut self, other: Sum) {
        self.0 = self.0.wrapping_add(other.0);
    }

    pub fn subtract(&mut self, other: Sum) {
        self.0 = self.0.wrapping_sub(other.0);
    }

    pub fn to_hex(self) -> String {
        format!("{:032x}", self.0)
    }
}

/// The sum over one record.
pub fn of_record(key: &RecordKey, registers: &Registers) -> Sum {
    let parts = registers
        .0
        .iter()
        .map(|(field, register)| of_register(key, field, register));
    Sum(parts.fold(0, u128::wrapping_add))
}

fn of_register(key: &RecordKey, field: &str, register: &Register) -> u128 {
    let mut out = Writer::new();
    out.text(&key.kind);
    out.uuid(&key.id);
    out.text(field);
    out.varint(register.origin.stamp.0);
    out.uuid(&register.origin.device.0);
    register.value.write(&mut out);
    let hash = Sha256::digest(&out.bytes);
    let mut first = [0u8; 16];
    first.copy_from_slice(&hash[..16]);
    u128::from_be_bytes(first)
}

#[cfg(test)]
mod tests;
