//! Full-text search over the traders of a tablet: name, nickname, stall, phone and goods, forgiving what people mistype.
//!
//! The index works on any connection, plain or encrypted, and writes no temporary files. The store calls [`write`]
//! inside the transaction that changes traders, and [`find`] for a list.
//!
//! Words are compared after folding ([`fold`]), stalls and phones in one form ([`stall`], [`phone`]); a typed text is
//! only ever data in the index's query ([`query`]); wrong letters are undone against the words that exist ([`near`]).

mod find;
pub mod fold;
mod index;
mod near;
mod phone;
mod query;
mod stall;
#[cfg(test)]
mod tests;
pub mod why;

pub use find::find;
pub use index::{create_schema, write};

/// What the search knows of one trader. Texts are as typed; empty where unknown.
#[derive(Debug, Clone, Copy)]
pub struct SearchRow<'a> {
    /// Row number of the trader in the store.
    pub key: i64,
    /// Code of the market.
    pub market: &'a str,
    pub name: &'a str,
    pub nickname: &'a str,
    pub stall: &'a str,
    /// One number or several, parted by slashes, commas or semicolons.
    pub phone: &'a str,
    /// Labels of the goods, and what else people call them.
    pub goods: &'a str,
}

/// A trader that meets a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    pub key: i64,
    pub rank: Rank,
}

/// How well a trader meets a query: that of the word that fits least. The smaller the better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rank {
    /// Each word is there as a whole.
    Exact,
    /// Some word is only the beginning of one that is there, or a part of a phone number.
    Partly,
    /// Some word is there with one other letter.
    Near,
}

/// Why the search gave no answer. No text that a person types leads here.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    #[error("the search index could not be read or written: {0}")]
    Database(#[from] rusqlite::Error),
}

impl SearchError {
    /// Stable name for programs and translations.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Database(_) => "search_index_failed",
        }
    }

    /// What the person can do now.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Database(_) => {
                "close the app and open it again; the list by stall works without the search"
            }
        }
    }
}
