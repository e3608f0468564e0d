//! The compact binary form that storage and wire share: varints, raw bytes and tagged values.
//!
//! Reading never trusts a length: each is checked against what is left, so no input makes it allocate more than it brought.

mod reader;
mod writer;

pub use reader::Reader;
pub use writer::Writer;

/// Why bytes are not what they should be.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone)]
pub enum DecodeError {
    #[error("the data ends too early")]
    Short,
    #[error("{0} is not possible here")]
    Invalid(&'static str),
    #[error("{what} is larger than {max}")]
    TooLarge { what: &'static str, max: usize },
    #[error("{0} bytes are left over")]
    Trailing(usize),
}
