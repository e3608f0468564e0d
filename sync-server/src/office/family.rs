//! One trader as a page shows it: the records of all its merged parts, and whether its personal values may be shown.

use super::state::Snapshot;
use grebeg_core::definition::Definition;
use grebeg_core::merge::ERASED;
use grebeg_core::register::Registers;
use grebeg_core::rules::consent::{self, ConsentState};
use grebeg_core::rules::facts::Facts;
use std::collections::BTreeMap;
use uuid::Uuid;

/// The purpose whose refusal hides name and phone at once.
pub const ASSISTANCE: &str = "pendampingan";

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
pub fn is_refused(facts: &Facts) -> bool {
    consent::state(&facts.consents, ASSISTANCE) == ConsentState::No
}

/// A trader's name as others may see it.
pub fn shown_name<'r>(trader: &'r Registers, facts: &Facts) -> Option<&'r str> {
    if trader.flag(ERASED) || is_refused(facts) {
        return None;
    }
    trader.text("name")
}
