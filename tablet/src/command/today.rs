//! `today` and `today_rows`: who to visit, in which order, and why.

use super::parts::{Label, MarketName, Sent};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What is to be looked at: without a market the one of the latest own visit, else the first of the person's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct TodayQuery {
    pub market: Option<String>,
    /// Label of a block as `blocks` gives it; without one all of them.
    pub block: Option<String>,
}

/// A window of the day's list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct RowsQuery {
    pub market: Option<String>,
    pub block: Option<String>,
    /// Place of the first row, from 0.
    pub from: u32,
    /// Rows wanted, at most 200.
    pub count: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TodayReply {
    /// Working day of the market, `YYYY-MM-DD`.
    pub date: String,
    /// Day of the field work, from 1; null outside it.
    pub day_number: Option<u32>,
    pub days: Option<u32>,
    pub market: MarketName,
    pub block: Option<String>,
    /// RFC 3339, corrected.
    pub now: String,
    /// Traders whom the person taught today, and how many a person has to teach a day to reach the target.
    pub taught_today: u32,
    pub target_today: u32,
    /// Local time is past 15.00: the row that closes the day is due.
    pub after_closing: bool,
    pub day_closed: bool,
    /// In the order in which they are walked.
    pub blocks: Vec<BlockCount>,
    pub markets: Vec<MarketCount>,
    /// In the order of the list; none is empty.
    pub groups: Vec<GroupCount>,
    /// Rows of the list as asked for: the sum of `groups`.
    pub total: u32,
    pub first_fill: FirstFill,
    pub draft: Option<DraftName>,
    /// Whom to ask for work: the lead of the market.
    pub lead: Option<String>,
}

/// Traders of a block who are still to be visited today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct BlockCount {
    pub block: String,
    pub count: u32,
    /// Assigned to this person today.
    pub assigned: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct MarketCount {
    pub code: String,
    pub name: String,
    pub count: u32,
}

/// A group of the day's list, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Group {
    /// A visit of this person that a lead sent back.
    Returned,
    /// An appointment for today, or one that passed.
    Janji,
    /// Able and willing.
    Dahulukan,
    /// Willing, needs help.
    Pendamping,
    Lain,
    /// Visited today.
    Sudah,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct GroupCount {
    pub code: Group,
    pub count: u32,
}

/// How far the first fetch of the markets has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct FirstFill {
    pub complete: bool,
    /// Traders that have arrived.
    pub have: u32,
    pub expected: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DraftName {
    #[cfg_attr(test, ts(type = "Id"))]
    pub trader: Uuid,
    pub name: Option<String>,
    pub stall: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RowsReply {
    pub rows: Vec<TraderRow>,
}

/// What a stall's tile shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Tile {
    Belum,
    Janji,
    Didatangi,
    Diajari,
    Akun,
    Tayang,
    Aktif,
    Tutup,
    Menolak,
    Pendamping,
    Pindah,
}

/// One trader in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TraderRow {
    #[cfg_attr(test, ts(type = "Id"))]
    pub id: Uuid,
    pub name: Option<String>,
    pub stall: String,
    /// The goods as typed.
    pub goods: Option<String>,
    /// The goods group that they belong to.
    pub goods_label: Option<Label>,
    /// Name of the market.
    pub market: String,
    /// Code and words of the exact stage.
    pub stage: String,
    pub stage_label: Label,
    #[cfg_attr(test, ts(type = "Layer"))]
    pub layer: u8,
    pub tile: Tile,
    pub reason: Reason,
    pub group: Group,
    pub sent: Option<Sent>,
    /// `HH:MM` of an appointment that has a time.
    pub appointment_at: Option<String>,
    /// The return to answer, in the group `returned`.
    #[cfg_attr(test, ts(type = "Id | null"))]
    pub return_id: Option<Uuid>,
}

/// Why a trader stands where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Reason {
    pub icon: ReasonIcon,
    pub head: Label,
    /// May be empty.
    pub detail: Label,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum ReasonIcon {
    Thumb,
    Clock,
    Cap,
    Calendar,
    Question,
    Check,
    Return,
}
