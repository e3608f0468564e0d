//! `new_trader_form` and `check_duplicates`: a trader who is not listed yet, and who it may be after all.

use super::parts::{Coded, MarketName};
use super::visit_sheet::Question;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct NewTraderForm {
    pub markets: Vec<MarketName>,
    /// The market that is chosen at first.
    pub market: Option<String>,
    pub goods: Vec<Coded>,
    /// The block in which the person is now.
    pub block_hint: Option<String>,
    /// The answers to the question of willingness, for the readiness tiles.
    pub readiness: Option<Question>,
}

/// A trader as far as it is typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct Typed {
    #[cfg_attr(test, ts(optional = false))]
    pub market: String,
    pub stall: Option<String>,
    pub name: Option<String>,
    pub phone: Option<String>,
    pub commodity: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DuplicatesReply {
    pub possible_duplicates: Vec<KnownTrader>,
}

/// Somebody listed who may be the one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct KnownTrader {
    #[cfg_attr(test, ts(type = "Id"))]
    pub id: Uuid,
    pub name: Option<String>,
    pub stall: String,
    pub goods: Option<String>,
    pub last_visit: Option<LastVisit>,
    /// What agrees: `same_phone`, `same_stall`, …
    pub why: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LastVisit {
    pub by: Option<String>,
    pub day: String,
}
