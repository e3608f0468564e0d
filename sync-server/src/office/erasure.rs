//! Erasing a person: the office change that ends every personal value of a trader and of all that hangs on it, for ever.

use super::desk::Desk;
use super::error::OfficeError;
use super::family::Families;
use super::state::Snapshot;
use grebeg_core::change::Patch;
use grebeg_core::kinds;
use grebeg_core::limits;
use grebeg_core::merge::ERASED;
use grebeg_core::register::RecordKey;
use grebeg_core::sync::store::Store;
use grebeg_core::value::Value;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Erases a trader with all records merged with it; the ids of the traders that it took.
///
/// A trader that is not there (any more) is erased in advance: what a late tablet brings of it stays without a name.
pub fn erase(desk: &mut Desk<'_>, trader: Uuid) -> Result<Vec<Uuid>, OfficeError> {
    let snapshot = Snapshot::take(desk, None)?;
    let mut traders = Families::of(&snapshot).members(trader);
    if !traders.contains(&trader) {
        traders.push(trader);
    }
    let mut keys = BTreeSet::new();
    for id in &traders {
        keys.insert(RecordKey::new("trader", *id));
        keys.extend(desk.store.hanging_on(*id)?.into_iter().map(|(key, _)| key));
    }
    let mut patches = Vec::new();
    for key in keys {
        let can = kinds::kind(&key.kind).is_some_and(|k| k.field(ERASED).is_some());
        let is = desk
            .store
            .record(&key)?
            .is_some_and(|r| r.registers.flag(ERASED));
        if can && !is {
            patches.push(Patch::new(&key.kind, key.id, [(ERASED, Value::Bool(true))]));
        }
    }
    for part in patches.chunks(limits::CHANGE_PATCHES_MAX) {
        desk.change(part.to_vec())?;
    }
    Ok(traders)
}
