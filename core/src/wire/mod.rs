//! The two forms of what travels: JSON for anybody who writes a client, the compact form for the tablets.

pub mod columns;
pub mod compact;
pub mod json;
mod pack;
mod position;

pub use pack::{pack, unpack};

use crate::codec::DecodeError;

/// Content type of the compact form.
pub const COMPACT_TYPE: &str = "application/vnd.grebeg.sync";

/// Why a message cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    #[error("the message is damaged: {0}")]
    Damaged(#[from] DecodeError),
    #[error("the message is not in the compact form")]
    NotCompact,
    #[error("the message is larger than {max} bytes unpacked")]
    TooLarge { max: usize },
    #[error("the JSON is not well formed: {0}")]
    Json(String),
    #[error("the JSON is deeper than {max} levels")]
    TooDeep { max: usize },
    #[error("{field}: {problem}")]
    Field { field: String, problem: String },
    #[error("{count} {what} are more than {max}")]
    TooMany {
        what: &'static str,
        count: usize,
        max: usize,
    },
}

impl WireError {
    /// Whether it is the size and not the form that is wrong (413 instead of 400).
    pub fn is_size(&self) -> bool {
        matches!(
            self,
            Self::TooLarge { .. }
                | Self::TooMany { .. }
                | Self::Damaged(DecodeError::TooLarge { .. })
        )
    }
}
