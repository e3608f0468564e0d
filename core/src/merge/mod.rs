//! Merging a patch into a record: first the plan, then its dull application.
//!
//! Commutative, associative and idempotent: the same patches in any order, grouping and number give the same registers.

mod plan;

pub use plan::{ERASED, Write, plan};

use crate::change::Patch;
use crate::register::{Origin, Register, Registers};

/// Carries out a plan.
pub fn apply(record: &mut Registers, writes: Vec<Write>) {
    for write in writes {
        match write.new {
            Some(register) => record.0.insert(write.field, register),
            None => record.0.remove(&write.field),
        };
    }
}

/// Plans and applies in one go; returns what changed.
pub fn merge(record: &mut Registers, patch: &Patch, origin: Origin, seq: u64) -> Vec<Write> {
    let writes = plan(record, patch, origin, seq);
    apply(record, writes.clone());
    writes
}

/// Merges registers as an answer brings them.
pub fn merge_register(
    record: &mut Registers,
    kind: &str,
    field: &str,
    register: Register,
) -> Vec<Write> {
    let writes = plan::plan_register(record, kind, field, register);
    apply(record, writes.clone());
    writes
}

#[cfg(test)]
mod tests;
