//! `day_page` and `reopen_day`: a working day with its balance, and its receipt once all of it is sent.

use super::parts::{Label, MarketName};
use crate::store::view::Books;
use serde::Serialize;
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DayPage {
    pub date: String,
    pub market: MarketName,
    pub closed: bool,
    pub books: Books,
    pub receipt: Option<String>,
    /// The receipt as a QR code, row by row; true is dark.
    pub receipt_qr: Option<Vec<Vec<bool>>>,
    /// When the server took the last of this day.
    pub received_at: Option<String>,
    /// Visits of the person on this day, without those set aside.
    pub visits: u32,
    pub taught: u32,
    pub target: u32,
    /// Traders whose first product went live on this day.
    pub listed: u32,
    pub new_traders: u32,
    pub tomorrow: Vec<TomorrowLine>,
    /// Changes of this day that wait.
    pub waiting: u64,
    pub lead: Option<String>,
    /// The person who looks.
    pub person: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TomorrowLine {
    #[cfg_attr(test, ts(type = "Id"))]
    pub trader: Uuid,
    /// `HH:MM`
    pub at: Option<String>,
    pub name: Option<String>,
    pub stall: String,
    pub what: Label,
}
