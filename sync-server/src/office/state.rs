//! The records as they are now, or as they were known at an instant: then the accepted changes are merged anew in order.

use super::desk::Desk;
use super::error::OfficeError;
use crate::store::Registry;
use grebeg_core::change::Change;
use grebeg_core::definition::Definition;
use grebeg_core::gather;
use grebeg_core::merge::merge;
use grebeg_core::register::{Origin, RecordKey, Registers};
use grebeg_core::rules::facts::Facts;
use std::collections::BTreeMap;
use uuid::Uuid;

/// All records of a campaign at one moment.
#[derive(Debug, Default)]
pub struct Snapshot {
    pub records: BTreeMap<RecordKey, Registers>,
    /// Trader: the records that name it.
    hanging: BTreeMap<Uuid, Vec<RecordKey>>,
}

impl Snapshot {
    /// Now, or what was accepted up to `seq`.
    pub fn take(desk: &mut Desk<'_>, seq: Option<u64>) -> Result<Self, OfficeError> {
        let mut records = BTreeMap::new();
        match seq {
            None => records.extend(
                desk.store
                    .all_records()?
                    .into_iter()
                    .map(|(key, stored)| (key, stored.registers)),
            ),
            Some(seq) => {
                for filed in desk
                    .store
                    .changes_in_order(0)?
                    .into_iter()
                    .take_while(|f| f.seq <= seq)
                {
                    let Ok(change) = Change::from_bytes(&filed.bytes) else {
                        continue;
                    };
                    let origin = Origin {
                        stamp: filed.stamp,
                        device: change.device,
                        n: change.n,
                        author: change.author,
                    };
                    for patch in &change.patches {
                        let record: &mut Registers = records
                            .entry(RecordKey::new(&patch.kind, patch.id))
                            .or_default();
                        merge(record, patch, origin, filed.seq);
                    }
                }
            }
        }
        Ok(Self::index(records))
    }

    fn index(records: BTreeMap<RecordKey, Registers>) -> Self {
        let mut hanging: BTreeMap<Uuid, Vec<RecordKey>> = BTreeMap::new();
        for (key, registers) in &records {
            if let Some(trader) = registers.id("trader") {
                hanging.entry(trader).or_default().push(key.clone());
            }
        }
        Self { records, hanging }
    }

    pub fn get(&self, kind: &str, id: Uuid) -> Option<&Registers> {
        self.records.get(&RecordKey::new(kind, id))
    }

    pub fn of_kind<'s>(
        &'s self,
        kind: &'s str,
    ) -> impl Iterator<Item = (Uuid, &'s Registers)> + 's {
        let from = RecordKey::new(kind, Uuid::nil());
        self.records
            .range(from..)
            .take_while(move |(key, _)| key.kind == kind)
            .map(|(key, r)| (key.id, r))
    }

    /// Where a merged trader is shown; merges across markets are not followed.
    pub fn root(&self, trader: Uuid) -> Uuid {
        gather::root(trader, |id| {
            let from = self.get("trader", id)?;
            let into = from.id("merged_into")?;
            let target = self.get("trader", into)?;
            (target.text("market") == from.text("market")).then_some(into)
        })
    }

    /// Traders with those merged into each, by root.
    pub fn families(&self) -> BTreeMap<Uuid, Vec<Uuid>> {
        let mut families: BTreeMap<Uuid, Vec<Uuid>> = BTreeMap::new();
        for (id, _) in self.of_kind("trader") {
            families.entry(self.root(id)).or_default().push(id);
        }
        families
    }

    /// What the rules see of a family, under its root.
    pub fn facts(&self, definition: &Definition, root: Uuid, family: &[Uuid]) -> Facts {
        let nothing = Registers::default();
        let trader = self.get("trader", root).unwrap_or(&nothing);
        let hanging = family
            .iter()
            .filter_map(|id| self.hanging.get(id))
            .flatten();
        let hanging = hanging.filter_map(|key| Some((key, self.records.get(key)?)));
        gather::facts(definition, trader, hanging, true)
    }
}
