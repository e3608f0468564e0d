//! What a patch would change in a record.

use crate::change::Patch;
use crate::kinds::{self, MergeRule, Personal};
use crate::planted::{self, Bug};
use crate::register::{Origin, Register, Registers};

/// One field of one record changes from `old` to `new`; `new` is `None` where an erasure takes the register away.
#[derive(Debug, Clone, PartialEq)]
pub struct Write {
    pub field: String,
    pub old: Option<Register>,
    pub new: Option<Register>,
}

/// The field that ends all personal data of its record.
pub const ERASED: &str = "erased";

/// Plans `patch` on `record`; fields that change nothing are not in the plan.
pub fn plan(record: &Registers, patch: &Patch, origin: Origin, seq: u64) -> Vec<Write> {
    let mut writes = Vec::new();
    let erases = patch.value(ERASED).and_then(|v| v.as_bool()) == Some(true);
    let erased = record.flag(ERASED) || erases;
    if erases && !record.flag(ERASED) {
        writes.extend(erasure(record, &patch.kind));
    }
    for (field, content) in &patch.fields {
        let Some(value) = content.value() else {
            continue;
        };
        let register = Register {
            value: value.clone(),
            origin,
            seq,
        };
        writes.extend(field_write(record, &patch.kind, field, register, erased));
    }
    writes
}

/// The same for one register that the other side sent.
pub(super) fn plan_register(
    record: &Registers,
    kind: &str,
    field: &str,
    register: Register,
) -> Vec<Write> {
    let mut writes = Vec::new();
    let erases = field == ERASED && register.value.as_bool() == Some(true);
    if erases && !record.flag(ERASED) {
        writes.extend(erasure(record, kind));
    }
    let erased = record.flag(ERASED) || erases;
    writes.extend(field_write(record, kind, field, register, erased));
    writes
}

fn field_write(
    record: &Registers,
    kind: &str,
    field: &str,
    new: Register,
    erased: bool,
) -> Option<Write> {
    let spec = kinds::kind(kind).and_then(|k| k.field(field));
    let revived = planted::alive(Bug::ErasedRevived);
    if erased && !revived && spec.is_some_and(|s| s.personal != Personal::No) {
        return None;
    }
    let old = record.0.get(field);
    let wins = match spec.map_or(MergeRule::Latest, |s| s.merge) {
        MergeRule::Latest => old.is_none_or(|old| new.origin.wins_over(&old.origin)),
        MergeRule::Once => old.is_none_or(|old| old.origin.wins_over(&new.origin)),
        MergeRule::Forever => {
            new.value.as_bool() == Some(true)
                && old.is_none_or(|old| new.origin.wins_over(&old.origin))
        }
    };
    wins.then(|| Write {
        field: field.to_owned(),
        old: old.cloned(),
        new: Some(new),
    })
}

fn erasure(record: &Registers, kind: &str) -> Vec<Write> {
    let gone = record
        .0
        .iter()
        .filter(|(field, _)| kinds::personal(kind, field) != Personal::No);
    gone.map(|(field, old)| Write {
        field: field.clone(),
        old: Some(old.clone()),
        new: None,
    })
    .collect()
}
