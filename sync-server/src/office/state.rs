//! The records as they are now, or as they were known at an instant: then the accepted changes are merged anew in order.

use super::desk::Desk;
use super::desk::definition_of;
use super::error::OfficeError;
use crate::store::Registry;
use grebeg_core::change::{Change, Patch};
use grebeg_core::definition::Definition;
use grebeg_core::gather;
use grebeg_core::id::{CONSOLE, DeviceId};
use grebeg_core::merge::merge;
use grebeg_core::register::{Origin, RecordKey, Registers};
use grebeg_core::rules::facts::Facts;
use grebeg_core::stamp::Stamp;
use grebeg_core::sync::store::Store;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// All records of a campaign at one moment.
#[derive(Debug, Default)]
pub struct Snapshot {
    pub records: BTreeMap<RecordKey, Registers>,
    /// The place in the order that it shows.
    pub seq: u64,
    /// Trader: the records that name it.
    hanging: BTreeMap<Uuid, Vec<RecordKey>>,
}

impl Snapshot {
    /// Now, or what was accepted up to `seq`. Only what is past is merged anew: for now the records say the same.
    pub fn take(desk: &mut Desk<'_>, seq: Option<u64>) -> Result<Self, OfficeError> {
        let last = desk.store.seq_at(i64::MAX)?;
        let mut records = BTreeMap::new();
        match seq.filter(|seq| *seq < last) {
            None => desk.store.each_record(|key, stored| {
                records.insert(key, stored.registers);
            })?,
            Some(seq) => {
                let mut replayed: HashMap<RecordKey, Registers> = HashMap::new();
                desk.store.each_accepted(seq, |row| {
                    let Ok(change) = Change::from_bytes(&row.bytes) else {
                        return;
                    };
                    let origin = Origin {
                        stamp: row.stamp,
                        device: change.device,
                        n: change.n,
                        author: change.author,
                    };
                    for patch in &change.patches {
                        let key = RecordKey::new(&patch.kind, patch.id);
                        merge(replayed.entry(key).or_default(), patch, origin, row.seq);
                    }
                })?;
                records.extend(replayed);
            }
        }
        let mut snapshot = Self::index(records);
        snapshot.seq = seq.unwrap_or(u64::MAX).min(last);
        Ok(snapshot)
    }

    /// Only these traders as they are now, with those merged with them and all that hangs on any of them.
    pub fn of_traders(
        desk: &mut Desk<'_>,
        traders: impl IntoIterator<Item = Uuid>,
    ) -> Result<Self, OfficeError> {
        let mut links: BTreeMap<Uuid, Vec<Uuid>> = BTreeMap::new();
        for (key, stored) in desk.store.merged_traders()? {
            if let Some(into) = stored.registers.id("merged_into") {
                links.entry(key.id).or_default().push(into);
                links.entry(into).or_default().push(key.id);
            }
        }
        let mut records = BTreeMap::new();
        let mut open: Vec<Uuid> = traders.into_iter().collect();
        while let Some(id) = open.pop() {
            let key = RecordKey::new("trader", id);
            if records.contains_key(&key) {
                continue;
            }
            open.extend(links.remove(&id).into_iter().flatten());
            let stored = desk.store.record(&key)?;
            records.extend(stored.map(|stored| (key, stored.registers)));
            let hanging = desk.store.hanging_on(id)?.into_iter();
            records.extend(hanging.map(|(key, stored)| (key, stored.registers)));
        }
        Ok(Self::index(records))
    }

    /// The campaign's definition as the records had it at this moment.
    pub fn definition(&self) -> Definition {
        let kinds = grebeg_core::definition::KINDS.into_iter();
        definition_of(kinds.flat_map(|kind| self.keyed(kind)))
    }

    /// The same with patches carried in that nobody has accepted.
    pub fn with(self, patches: Vec<Patch>) -> Self {
        let mut records = self.records;
        for patch in patches {
            let key = RecordKey::new(&patch.kind, patch.id);
            let record: &mut Registers = records.entry(key).or_default();
            // Later than everything that is there.
            let origin = Origin {
                stamp: Stamp(u64::MAX),
                device: DeviceId(Uuid::nil()),
                n: 0,
                author: CONSOLE,
            };
            merge(record, &patch, origin, self.seq);
        }
        Self {
            seq: self.seq,
            ..Self::index(records)
        }
    }

    fn index(records: BTreeMap<RecordKey, Registers>) -> Self {
        let mut hanging: BTreeMap<Uuid, Vec<RecordKey>> = BTreeMap::new();
        for (key, registers) in &records {
            if let Some(trader) = registers.id("trader") {
                hanging.entry(trader).or_default().push(key.clone());
            }
        }
        Self {
            records,
            hanging,
            seq: 0,
        }
    }

    pub fn get(&self, kind: &str, id: Uuid) -> Option<&Registers> {
        self.records.get(&RecordKey::new(kind, id))
    }

    pub fn of_kind<'s>(
        &'s self,
        kind: &'s str,
    ) -> impl Iterator<Item = (Uuid, &'s Registers)> + 's {
        self.keyed(kind).map(|(key, r)| (key.id, r))
    }

    fn keyed<'s>(
        &'s self,
        kind: &'s str,
    ) -> impl Iterator<Item = (&'s RecordKey, &'s Registers)> + 's {
        let from = RecordKey::new(kind, Uuid::nil());
        self.records
            .range(from..)
            .take_while(move |(key, _)| key.kind == kind)
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
