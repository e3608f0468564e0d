//! Everything a tablet does without a window: the local store, saving, search, sync, and the commands over them.
//!
//! Start with [`store`] (what is kept), [`save`] (how an action becomes a change) and [`sync`] (how it travels);
//! [`command`] is the whole surface, through which every door leads.
#![forbid(unsafe_code)]

#[cfg(feature = "cli")]
pub mod bridge;
#[cfg(feature = "cli")]
pub mod cli;
pub mod clock;
pub mod command;
pub mod desk;
pub mod error;
pub mod home;
pub mod save;
pub mod search;
pub mod store;
pub mod sync;
pub mod words;
