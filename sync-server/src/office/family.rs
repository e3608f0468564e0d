//! One trader as a page shows it: the records of all its merged parts, and whether its personal values may be shown.

use super::state::Snapshot;
use grebeg_core::definition::Definition;
use grebeg_core::merge::ERASED;
use grebeg_core::register::Registers;
use grebeg_core::rules::facts::Facts;
use grebeg_core::rules::wishes;
use std::collections::BTreeMap;
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
