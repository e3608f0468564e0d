//! `search`: traders by name, nickname, stall, phone or goods, each with why it was found.

use super::today::TraderRow;
use serde::{Deserialize, Serialize};

/// An empty query gives the eight traders that this person saw last.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct SearchQuery {
    #[cfg_attr(test, ts(optional = false))]
    pub query: String,
    pub market: Option<String>,
    pub block: Option<String>,
    /// Only those whom nobody has met yet.
    pub unvisited: Option<bool>,
    /// Hits wanted; 50 unless said, at most 200.
    pub limit: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SearchReply {
    /// Traders that were searched.
    pub total_traders: u32,
    pub hits: Vec<SearchHit>,
    /// There are more than were asked for.
    pub more: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SearchHit {
    #[serde(flatten)]
    pub row: TraderRow,
    /// Why it was found, the best reason first; empty for the recent ones.
    pub matched: Vec<Matched>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Matched {
    pub field: MatchedField,
    pub how: How,
    /// The text in which it was found. A phone shows only what was typed and the end of the number.
    pub text: String,
    /// Where in `text`, as [from, to) in UTF-16 units, the way a page cuts text.
    #[cfg_attr(test, ts(type = "[number, number][]"))]
    pub marks: Vec<(u32, u32)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum MatchedField {
    Name,
    Nickname,
    Stall,
    Phone,
    Goods,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum How {
    /// A whole word, number or stall.
    Same,
    Begins,
    Part,
    /// Another spelling of the same sound.
    SimilarSound,
    OneLetter,
}
