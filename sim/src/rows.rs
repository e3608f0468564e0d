//! The homes of records that only stand on a tablet's screen: as its store keeps them, made anew for what a transaction touched.

use crate::beside::Layer;
use crate::shelf::OwnChange;
use grebeg_core::kinds::{self, HomeRule};
use grebeg_core::merge;
use grebeg_core::register::{Origin, RecordKey, Registers};
use grebeg_core::sync::messages::CAMPAIGN_HOME;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// See the module.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    /// Of records that the server has not told of here.
    homes: BTreeMap<RecordKey, String>,
    touched: BTreeSet<RecordKey>,
    /// Records over which own changes lay when the last transaction ended.
    screens: BTreeSet<RecordKey>,
}

impl Rows {
    pub fn touch(&mut self, own: &OwnChange) {
        let patches = own.change.patches.iter();
        self.touched
            .extend(patches.map(|p| RecordKey::new(&p.kind, p.id)));
    }

    /// A record was told of, or has left: where it was last is where it stays on the screen, if it was there.
    pub fn told(&mut self, key: &RecordKey, home: &str) {
        match self.screens.contains(key) {
            true => drop(self.homes.insert(key.clone(), home.to_owned())),
            false => drop(self.homes.remove(key)),
        }
        self.touched.insert(key.clone());
    }

    /// What stands in a home, or one record of it, left with it.
    pub fn left(&mut self, home: &str, key: Option<&RecordKey>) {
        let here = self.homes.iter().filter(|(_, known)| *known == home);
        let keys = here.map(|(known, _)| known);
        let left = keys.filter(|known| key.is_none_or(|key| key == *known));
        self.touched.extend(left.cloned());
    }

    pub fn clear(&mut self) {
        *self = Self::default();
    }

    pub fn homes(&self) -> &BTreeMap<RecordKey, String> {
        &self.homes
    }

    /// Where a record stands; `None`: it is not here.
    pub fn home_of<'r>(&'r self, confirmed: &'r Layer, key: &RecordKey) -> Option<&'r str> {
        let told = confirmed.get(key).map(|(home, _)| home);
        told.or_else(|| self.homes.get(key)).map(String::as_str)
    }

    /// The end of a transaction.
    pub fn finish(&mut self, confirmed: &Layer, own: &[OwnChange]) {
        let over = own.iter().filter(|own| own.lies_over());
        let patches = over.flat_map(|own| &own.change.patches);
        self.screens = patches.map(|p| RecordKey::new(&p.kind, p.id)).collect();
        for key in std::mem::take(&mut self.touched) {
            if confirmed.contains_key(&key) {
                self.homes.remove(&key);
                continue;
            }
            match screen(&key, None, own) {
                None => drop(self.homes.remove(&key)),
                Some(registers) => {
                    let home = self.place_of(confirmed, &key, &registers);
                    let home = home.or_else(|| self.homes.get(&key).cloned());
                    self.homes.insert(key, home.unwrap_or_default());
                }
            }
        }
    }

    fn place_of(&self, confirmed: &Layer, key: &RecordKey, own: &Registers) -> Option<String> {
        let campaign = Some(CAMPAIGN_HOME.to_owned());
        let market = || own.text("market").map(str::to_owned);
        let at = |kind: &str, id: Option<Uuid>| {
            let home = self.home_of(confirmed, &RecordKey::new(kind, id?))?;
            Some(home.to_owned())
        };
        match kinds::kind(&key.kind).map_or(HomeRule::Campaign, |kind| kind.home) {
            HomeRule::Campaign => campaign,
            HomeRule::OwnMarket => market(),
            HomeRule::MarketOrCampaign => market().or(campaign),
            HomeRule::Trader => at("trader", own.id("trader")),
            HomeRule::Visit => at("visit", own.id("visit")),
        }
    }
}

/// What lies over a record, and the record under it; `None`: nothing lies over it.
pub fn screen(
    key: &RecordKey,
    confirmed: Option<&Registers>,
    own: &[OwnChange],
) -> Option<Registers> {
    let touches = |own: &&OwnChange| {
        (own.change.patches.iter()).any(|p| p.id == key.id && p.kind == key.kind)
    };
    let over = own.iter().filter(|own| own.lies_over()).filter(touches);
    let mut registers = None;
    for own in over {
        let registers = registers.get_or_insert_with(|| confirmed.cloned().unwrap_or_default());
        let origin = Origin {
            stamp: own.change.stamp,
            device: own.change.device,
            n: own.change.n,
            author: own.change.author,
        };
        let patches = own.change.patches.iter();
        for patch in patches.filter(|p| p.id == key.id && p.kind == key.kind) {
            merge::merge(registers, patch, origin, 0);
        }
    }
    registers
}
