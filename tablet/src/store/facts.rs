//! A trader with everything that hangs on it, and the facts that the rules take from it.

use super::record;
use crate::error::Result;
use grebeg_core::definition::Definition;
use grebeg_core::gather;
use grebeg_core::register::{RecordKey, Registers};
use grebeg_core::rules::facts::{ConsentFact, Facts};
use grebeg_core::rules::wishes::{self, Wishes};
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A trader as screens show it, with its records and those of the traders merged into it.
#[derive(Debug, Clone, Default)]
pub struct Whole {
    pub id: Uuid,
    pub registers: Registers,
    /// Records of the trader and of its merged parts, without the traders themselves.
    pub records: Vec<(RecordKey, Registers)>,
    /// Merged into another trader of the same market.
    pub merged_away: bool,
}

/// The trader under which a merged one is shown: the end of the chain; in a cycle the smallest id.
///
/// A merge is not followed while its ends are in different markets, nor to a trader who is not here.
pub fn root_of(conn: &Connection, id: Uuid) -> Result<Uuid> {
    // A failed read inside the walk is kept and told after it.
    let failed = std::cell::RefCell::new(None);
    let root = gather::root(id, |trader| {
        followed(conn, trader).unwrap_or_else(|error| {
            failed.replace(Some(error));
            None
        })
    });
    failed.into_inner().map_or(Ok(root), Err)
}

fn followed(conn: &Connection, id: Uuid) -> Result<Option<Uuid>> {
    let Some(own) = record::shown(conn, "trader", id)? else {
        return Ok(None);
    };
    let Some(into) = own.id("merged_into") else {
        return Ok(None);
    };
    let other = record::shown(conn, "trader", into)?;
    let same_market = other.is_some_and(|o| o.text("market") == own.text("market"));
    Ok(same_market.then_some(into))
}

/// Who was ever merged with whom, undone merges too: read once for many traders.
#[derive(Debug, Default)]
pub struct Merges {
    /// By each of the two the other.
    pairs: BTreeMap<Uuid, BTreeSet<Uuid>>,
}

impl Merges {
    pub fn read(conn: &Connection) -> Result<Self> {
        let mut merges = Self::default();
        for (_, merge) in record::of_kind(conn, "merge")? {
            if let (Some(trader), Some(into)) = (merge.id("trader"), merge.id("into")) {
                for (one, other) in [(trader, into), (into, trader)] {
                    merges.pairs.entry(one).or_default().insert(other);
                }
            }
        }
        Ok(merges)
    }

    /// The traders with all whose merges may have put them where they are shown: what one of them is, the others follow.
    pub fn close(&self, traders: BTreeSet<Uuid>) -> BTreeSet<Uuid> {
        let mut open: Vec<Uuid> = traders.iter().copied().collect();
        let mut all = traders;
        while let Some(now) = open.pop() {
            let others = self.pairs.get(&now).into_iter().flatten();
            open.extend(others.filter(|other| all.insert(**other)));
        }
        all
    }

    /// All traders that are shown under `root`, itself included.
    fn parts_of(&self, conn: &Connection, root: Uuid) -> Result<BTreeSet<Uuid>> {
        let mut parts = BTreeSet::from([root]);
        let mut open = vec![root];
        while let Some(now) = open.pop() {
            for other in self.pairs.get(&now).into_iter().flatten() {
                if followed(conn, *other)? == Some(now) && parts.insert(*other) {
                    open.push(*other);
                }
            }
        }
        Ok(parts)
    }
}

/// Reads a trader; `None` when it is not here.
pub fn whole(conn: &Connection, id: Uuid) -> Result<Option<Whole>> {
    whole_among(conn, id, &Merges::read(conn)?)
}

/// The same for one of many.
pub fn whole_among(conn: &Connection, id: Uuid, merges: &Merges) -> Result<Option<Whole>> {
    let mut found = None;
    let mut records = Vec::new();
    for (key, registers) in record::of_owner(conn, id)? {
        if key.kind == "trader" {
            found = Some(registers);
        } else {
            records.push((key, registers));
        }
    }
    let Some(registers) = found else {
        return Ok(None);
    };
    // Hardly anybody was merged: the record that is at hand says so.
    let root = match registers.id("merged_into") {
        Some(_) => root_of(conn, id)?,
        None => id,
    };
    if root == id {
        for part in merges
            .parts_of(conn, id)?
            .into_iter()
            .filter(|part| *part != id)
        {
            let more = record::of_owner(conn, part)?;
            records.extend(more.into_iter().filter(|(key, _)| key.kind != "trader"));
        }
    }
    Ok(Some(Whole {
        id,
        registers,
        records,
        merged_away: root != id,
    }))
}

/// What the trader asked for; of one that is shown under another the stricter of the two holds.
pub fn wishes(conn: &Connection, definition: &Definition, whole: &Whole) -> Result<Wishes> {
    let mut wishes = wishes::of(definition, &whole.facts(definition));
    if whole.merged_away
        && let Some(root) = self::whole(conn, root_of(conn, whole.id)?)?
    {
        wishes.unnamed |= wishes::of(definition, &root.facts(definition)).unnamed;
    }
    Ok(wishes)
}

impl Whole {
    pub fn of_kind<'w>(
        &'w self,
        kind: &'w str,
    ) -> impl Iterator<Item = (Uuid, &'w Registers)> + 'w {
        self.records
            .iter()
            .filter(move |(key, _)| key.kind == kind)
            .map(|(key, registers)| (key.id, registers))
    }

    pub fn market(&self) -> &str {
        self.registers.text("market").unwrap_or_default()
    }

    /// What the rules need to know.
    pub fn facts(&self, definition: &Definition) -> Facts {
        let hanging = self.records.iter().map(|(key, registers)| (key, registers));
        gather::facts(definition, &self.registers, hanging, !self.merged_away)
    }

    pub fn consents(&self, definition: &Definition) -> Vec<ConsentFact> {
        let consents = self
            .records
            .iter()
            .filter(|(key, _)| key.kind == "consent")
            .map(|(key, registers)| (key, registers));
        gather::facts(definition, &self.registers, consents, true).consents
    }
}
