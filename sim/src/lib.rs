//! Whole campaigns played in a moment, with everything that can go wrong, and every promise checked; a seed repeats one.
//!
//! The state machines, the merge and the server's rules are the real ones of `grebeg-core`. Start with [`campaign`] (the
//! steps), [`world`] (what there is), [`checks`] (what must hold) and [`model`] (what it is compared with).
#![forbid(unsafe_code)]

pub mod beside;
pub mod campaign;
mod carrier;
pub mod chance;
pub mod checks;
mod desk;
mod line;
pub mod model;
pub mod office;
#[cfg(feature = "planted")]
pub mod planted;
mod recount;
mod rows;
pub mod shelf;
pub mod shrink;
#[cfg(feature = "sqlite")]
pub mod sqlite;
mod trouble;
mod weather;
mod work;
pub mod world;
