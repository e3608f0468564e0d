//! One trader as a page shows it: the records of all its merged parts, and whether its personal values may be shown.

use super::desk::Desk;
use super::error::OfficeError;
use super::refusal::who_asked;
use super::state::Snapshot;
use grebeg_core::definition::Definition;
use grebeg_core::merge::ERASED;
use grebeg_core::register::{RecordKey, Registers};
use grebeg_core::rules::facts::Facts;
use grebeg_core::rules::wishes;
use std::collections::{BTreeMap, HashSet};
use uuid::Uuid;

pub use grebeg_core::rules::wishes::ASSISTANCE;

/// All families of a moment, found from any of their members.
#[derive(Debug)]
pub struct Families {
    roots: BTreeMap<Uuid, Uuid>,
    members: BTreeMap<Uuid, Vec<Uuid>>,
}

impl Families {
    pub fn of(snapshot: &Snapshot) -> Self {
        let members = snapshot.families();
        let roots = members
            .iter()
            .flat_map(|(root, ids)| ids.iter().map(|id| (*id, *root)))
            .collect();
        Self { roots, members }
    }

    /// Where a trader is shown; itself when it is nowhere.
    pub fn root(&self, trader: Uuid) -> Uuid {
        self.roots.get(&trader).copied().unwrap_or(trader)
    }

    pub fn members(&self, trader: Uuid) -> Vec<Uuid> {
        let root = self.root(trader);
        self.members
            .get(&root)
            .cloned()
            .unwrap_or_else(|| vec![trader])
    }

    /// What the rules see of the family that a trader belongs to.
    pub fn facts(&self, snapshot: &Snapshot, definition: &Definition, trader: Uuid) -> Facts {
        snapshot.facts(definition, self.root(trader), &self.members(trader))
    }
}

/// Whether the trader's refusal hides its personal values.
pub fn is_refused(definition: &Definition, facts: &Facts) -> bool {
    wishes::of(definition, facts).unnamed
}

/// All traders whose refusal hides their personal values, with those merged with them.
pub fn refused_traders(
    desk: &mut Desk<'_>,
    definition: &Definition,
) -> Result<HashSet<Uuid>, OfficeError> {
    let asked = who_asked(desk, definition)?;
    let snapshot = Snapshot::of_traders(desk, asked)?;
    let families = snapshot.families().into_iter();
    let refused = families.filter(|(root, family)| {
        is_refused(definition, &snapshot.facts(definition, *root, family))
    });
    Ok(refused.flat_map(|(_, family)| family).collect())
}

/// The trader whose person a record is about.
pub fn owner_of(key: &RecordKey, registers: &Registers) -> Option<Uuid> {
    match key.kind.as_str() {
        "trader" => Some(key.id),
        _ => registers.id("trader"),
    }
}

/// A trader's name as others may see it.
pub fn shown_name<'r>(
    definition: &Definition,
    trader: &'r Registers,
    facts: &Facts,
) -> Option<&'r str> {
    if trader.flag(ERASED) || is_refused(definition, facts) {
        return None;
    }
    trader.text("name")
}
