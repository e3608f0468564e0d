//! Conflicts: writes of a field of which neither had seen the other.
//!
//! Kept as the set of writes that no later write has seen. One left: no conflict. The later stamp holds in any case.

use super::store::{Sibling, Store};
use crate::id::DeviceId;
use crate::merge::Write;
use crate::register::{RecordKey, Register};

/// Notes a new write of a field, whether it won or not. Returns whether the list of conflicts changed.
///
/// `before`: the register that held until now; `seen_seq`: what the writer's tablet had read of the record's home.
pub fn note<S: Store>(
    store: &mut S,
    key: &RecordKey,
    field: &str,
    before: Option<&Register>,
    new: &Register,
    seen_seq: u64,
) -> Result<bool, S::Error> {
    let known = store.siblings(key, field)?;
    let mut open: Vec<Register> = known.iter().map(|s| s.register.clone()).collect();
    if open.is_empty() {
        open.extend(before.cloned());
    }
    let chain = chain_of(store, new.origin.device)?;
    let mut left = Vec::new();
    for register in open {
        let seen = register.seq <= seen_seq || chain_of(store, register.origin.device)? == chain;
        if !seen && register.value != new.value {
            left.push(Sibling { register });
        }
    }
    if left.is_empty() && known.is_empty() {
        return Ok(false);
    }
    let siblings = if left.is_empty() {
        Vec::new()
    } else {
        left.push(Sibling {
            register: new.clone(),
        });
        left
    };
    store.set_siblings(key, field, &siblings)?;
    Ok(true)
}

/// An erased value cannot be in conflict any more.
pub fn forget<S: Store>(
    store: &mut S,
    key: &RecordKey,
    writes: &[Write],
) -> Result<bool, S::Error> {
    let mut changed = false;
    for write in writes.iter().filter(|w| w.new.is_none()) {
        if !store.siblings(key, &write.field)?.is_empty() {
            store.set_siblings(key, &write.field, &[])?;
            changed = true;
        }
    }
    Ok(changed)
}

/// A tablet that had to take a new device id is still the same tablet: the first id of its chain stands for it.
fn chain_of<S: Store>(store: &mut S, device: DeviceId) -> Result<DeviceId, S::Error> {
    let mut root = device;
    for _ in 0..64 {
        match store.device(root)?.and_then(|row| row.succeeds) {
            Some(before) => root = before,
            None => break,
        }
    }
    Ok(root)
}
