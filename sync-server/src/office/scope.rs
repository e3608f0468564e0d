//! What the people on one tablet may see together.

pub use grebeg_core::sync::exchange::scope_of;
