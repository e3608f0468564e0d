//! The meaning of the product, without files, sockets, clocks or random numbers: they come in as arguments.
//!
//! Start with [`change`] (one action of one person), [`merge`] (how two copies become one) and [`sync`] (how they travel).
#![forbid(unsafe_code)]

pub mod change;
pub mod codec;
pub mod definition;
pub mod digest;
pub mod dump;
pub mod gather;
pub mod id;
pub mod kinds;
pub mod limits;
pub mod merge;
pub mod planted;
pub mod receipt;
pub mod register;
pub mod rules;
pub mod stamp;
pub mod sync;
pub mod value;
pub mod wire;
