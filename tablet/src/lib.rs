//! Everything a tablet does without a window.
#![forbid(unsafe_code)]

pub mod search;
