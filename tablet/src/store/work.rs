//! One transaction's work on the records: the confirmed layer with its digests, the overlay of own changes, the caches.
//!
//! Every write of a record goes through here, so that digests, overlay, caches and search never fall behind.

use super::fill::Filling;
use super::record::{self, HomeRow};
use super::{cache, own};
use crate::error::Result;
use grebeg_core::change::{Change, Patch};
use grebeg_core::definition::Definition;
use grebeg_core::digest::{Sum, of_record};
use grebeg_core::gather::visit_at_ms;
use grebeg_core::kinds::{self, HomeRule, Personal};
use grebeg_core::merge::{self, ERASED};
use grebeg_core::register::{Origin, RecordKey, Registers};
use grebeg_core::sync::messages::CAMPAIGN_HOME;
use grebeg_core::value::Value;
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The home of a record and the trader to whom it belongs.
pub type Place = (String, Option<Uuid>);

/// More records than this are asked in one go whether own changes lie over them.
const FEW: usize = 16;

/// What is known of a row that was touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Written {
    /// Its confirmed registers were written, and nothing lay over them.
    Bare,
    Perhaps,
}

/// See the module.
#[derive(Debug)]
pub struct Work<'c> {
    pub conn: &'c Connection,
    /// Homes that are filled beside what is shown.
    pub filling: Filling<'c>,
    homes: BTreeMap<String, HomeRow>,
    /// Records whose overlay has to be made again, and whether the row was just written with nothing over it.
    overlay: BTreeMap<RecordKey, Written>,
    traders: BTreeSet<Uuid>,
    /// Whether the campaign definition changed, so that all that follows from it has to be made again.
    pub definition_changed: bool,
    /// Whether an erasure was heard of: what lies beside the database has to lose its values too.
    pub erased: bool,
}

impl<'c> Work<'c> {
    pub fn begin(conn: &'c Connection) -> Result<Self> {
        let homes = record::homes(conn)?;
        Ok(Self {
            conn,
            filling: Filling::begin(conn, homes.iter().any(|home| home.filling)),
            homes: homes.into_iter().map(|h| (h.home.clone(), h)).collect(),
            overlay: BTreeMap::new(),
            traders: BTreeSet::new(),
            definition_changed: false,
            erased: false,
        })
    }

    pub fn home(&mut self, home: &str) -> &mut HomeRow {
        self.homes
            .entry(home.to_owned())
            .or_insert_with(|| HomeRow {
                home: home.to_owned(),
                sum: Sum::default(),
                shown: false,
                filling: false,
            })
    }

    pub fn homes(&self) -> Vec<String> {
        self.homes.keys().cloned().collect()
    }

    /// Counts the digests of all homes anew.
    pub fn recount_homes(&mut self) -> Result<()> {
        for home in self.homes.values_mut() {
            home.sum = Sum::default();
        }
        for (key, row) in record::all(self.conn)? {
            if let Some(confirmed) = &row.confirmed {
                let sum = of_record(&key, confirmed);
                self.home(&row.home).sum.add(sum);
            }
        }
        Ok(())
    }

    pub fn forget_home(&mut self, home: &str) -> Result<()> {
        self.homes.remove(home);
        record::delete_home(self.conn, home)
    }

    pub fn is_filling(&self, home: &str) -> bool {
        self.homes.get(home).is_some_and(|h| h.filling)
    }

    /// Marks a record so that its overlay and whatever follows from it are made again at the end.
    pub fn touch(&mut self, key: &RecordKey) {
        self.overlay.entry(key.clone()).or_insert(Written::Perhaps);
    }

    /// Sets the confirmed registers of a record, with its home; `None` takes them away.
    pub fn set_confirmed(
        &mut self,
        key: &RecordKey,
        home: &str,
        owner: Option<Uuid>,
        confirmed: Option<Registers>,
    ) -> Result<()> {
        let mut row = record::get(self.conn, key)?.unwrap_or_default();
        if let Some(before) = &row.confirmed {
            let sum = of_record(key, before);
            self.home(&row.home).sum.subtract(sum);
        }
        if let Some(now) = &confirmed {
            self.home(home).sum.add(of_record(key, now));
        }
        if let Some(trader) = row.owner {
            self.traders.insert(trader);
        }
        row.home = home.to_owned();
        row.owner = owner.or(row.owner);
        let erased_now = confirmed.as_ref().is_some_and(|r| r.flag(ERASED))
            && !row.confirmed.as_ref().is_some_and(|r| r.flag(ERASED));
        row.confirmed = confirmed;
        record::put(self.conn, key, &row)?;
        self.definition_changed |= grebeg_core::definition::KINDS.contains(&key.kind.as_str());
        if let Some(trader) = row.owner {
            self.traders.insert(trader);
        }
        let bare = row.confirmed.is_some() && row.screen.is_none();
        let written = if bare {
            Written::Bare
        } else {
            Written::Perhaps
        };
        self.overlay.insert(key.clone(), written);
        if erased_now {
            self.redact_own(key)?;
        }
        Ok(())
    }

    /// Takes personal values that an erasure ended out of this tablet's own changes.
    pub fn redact_own(&mut self, key: &RecordKey) -> Result<()> {
        self.erased = true;
        // What hangs on an erased trader may be held back, so that no record of it ever comes to tell.
        let mut taken = BTreeSet::from([key.clone()]);
        let changes = match key.kind == "trader" {
            true => own::all(self.conn)?,
            false => own::touching(self.conn, key)?,
        };
        for patch in changes.iter().flat_map(|own| &own.change.patches) {
            let trader = patch.value("trader").and_then(Value::as_id);
            if key.kind == "trader" && trader == Some(key.id) {
                taken.insert(RecordKey::new(&patch.kind, patch.id));
            }
        }
        for mut own in changes {
            let names = |patch: &Patch| taken.contains(&RecordKey::new(&patch.kind, patch.id));
            let gone = |patch: &Patch, field: &str| {
                names(patch) && kinds::personal(&patch.kind, field) != Personal::No
            };
            if own.change.redact(gone) {
                own::update(self.conn, &own)?;
            }
        }
        Ok(())
    }

    /// Home and owner of a record as its fields say, by the same rule as on the server; `None` where it hangs on a record
    /// that is not here. `confirmed`: the record on which it hangs has to be known to the server.
    fn place_of(&self, key: &RecordKey, registers: &Registers) -> Result<Option<Place>> {
        let campaign = Some((CAMPAIGN_HOME.to_owned(), None));
        let at = |kind: &str, id: Option<Uuid>| -> Result<Option<Place>> {
            let Some(id) = id else { return Ok(None) };
            let found = record::get(self.conn, &RecordKey::new(kind, id))?;
            Ok(found.map(|row| (row.home, row.owner)))
        };
        let rule = kinds::kind(&key.kind).map_or(HomeRule::Campaign, |k| k.home);
        Ok(match rule {
            HomeRule::Campaign => campaign,
            HomeRule::OwnMarket | HomeRule::MarketOrCampaign => match registers.text("market") {
                Some(market) => {
                    let owner = (key.kind == "trader").then_some(key.id);
                    Some((market.to_owned(), owner))
                }
                None if rule == HomeRule::MarketOrCampaign => campaign,
                None => None,
            },
            HomeRule::Trader => at("trader", registers.id("trader"))?,
            HomeRule::Visit => at("visit", registers.id("visit"))?,
        })
    }

    /// Merges an own change that the server accepted into the records that are here, also those on their way into a home.
    /// A record that is not here (any more) is not made up from one field of it.
    pub fn confirm(&mut self, change: &Change) -> Result<()> {
        let origin = origin(change);
        for patch in change.patches.iter().filter(|p| p.bad_id.is_none()) {
            let key = RecordKey::new(&patch.kind, patch.id);
            self.touch(&key);
            if let Some(mut row) = self.filling.take(&key)? {
                merge::merge(&mut row.registers, patch, origin, 0);
                self.filling.put(key.clone(), row);
            }
            let row = record::get(self.conn, &key)?.unwrap_or_default();
            if let Some(mut registers) = row.confirmed {
                merge::merge(&mut registers, patch, origin, 0);
                let owner = match row.owner {
                    Some(owner) => Some(owner),
                    None => self
                        .place_of(&key, &registers)?
                        .and_then(|(_, owner)| owner),
                };
                self.set_confirmed(&key, &row.home, owner, Some(registers))?;
            }
        }
        Ok(())
    }

    /// A record has left a home. Where it is now, if it is in scope, that home's own rows tell.
    pub fn leave(&mut self, home: &str, key: &RecordKey) -> Result<()> {
        self.filling.leave(home, key)?;
        if record::get(self.conn, key)?.is_some_and(|row| row.home == home) {
            self.leave_one(key)?;
        }
        Ok(())
    }

    /// Takes a record out of the confirmed layer.
    pub fn leave_one(&mut self, key: &RecordKey) -> Result<()> {
        let Some(row) = record::get(self.conn, key)? else {
            return Ok(());
        };
        if key.kind == "visit"
            && let Some(last) = &row.confirmed
        {
            let outcome = last.text("outcome").unwrap_or_default();
            own::keep_last(self.conn, key.id, outcome, visit_at_ms(last))?;
        }
        self.set_confirmed(key, &row.home, row.owner, None)
    }

    /// Makes overlay, homes and caches agree with what was written. `definition`: the one that holds now.
    pub fn finish(mut self, definition: &Definition) -> Result<()> {
        self.make_overlays()?;
        self.filling.store()?;
        for home in self.homes.values() {
            record::put_home(self.conn, home)?;
        }
        if self.definition_changed {
            self.traders.extend(record::trader_ids(self.conn)?);
        }
        cache::refresh(self.conn, definition, std::mem::take(&mut self.traders))
    }

    fn make_overlays(&mut self) -> Result<()> {
        let touched = std::mem::take(&mut self.overlay);
        // A first sync touches thousands of records, over hardly any of which something lies.
        let open_keys = match touched.len() > FEW {
            true => Some(own::open_keys(self.conn)?),
            false => None,
        };
        for (key, written) in touched {
            let open = match open_keys.as_ref().is_none_or(|open| open.contains(&key)) {
                true => own::open_touching(self.conn, &key)?,
                false => Vec::new(),
            };
            if key.kind == "trader" {
                self.traders.insert(key.id);
            }
            if open.is_empty() && written == Written::Bare {
                continue;
            }
            let mut row = record::get(self.conn, &key)?.unwrap_or_default();
            let mut screen = None;
            if !open.is_empty() {
                let mut registers = row.confirmed.clone().unwrap_or_default();
                for own in &open {
                    overlay(&mut registers, &key, &own.change);
                }
                screen = Some(registers);
            }
            if row.confirmed.is_none()
                && let Some(registers) = &screen
            {
                let place = self.place_of(&key, registers)?;
                (row.home, row.owner) = place.unwrap_or((row.home, row.owner));
            }
            if row.screen != screen || row.confirmed.is_none() {
                row.screen = screen;
                record::put(self.conn, &key, &row)?;
            }
            self.traders.extend(row.owner);
        }
        Ok(())
    }
}

/// Lays a change over the registers of one record.
pub fn overlay(registers: &mut Registers, key: &RecordKey, change: &Change) {
    let origin = origin(change);
    for patch in &change.patches {
        if patch.id == key.id && patch.kind == key.kind && patch.bad_id.is_none() {
            merge::merge(registers, patch, origin, 0);
        }
    }
}

pub fn origin(change: &Change) -> Origin {
    Origin {
        stamp: change.stamp,
        device: change.device,
        n: change.n,
        author: change.author,
    }
}
