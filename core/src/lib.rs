//! The meaning of the product, without files, sockets, clocks or random numbers.
#![forbid(unsafe_code)]

pub mod definition;
pub mod rules;
