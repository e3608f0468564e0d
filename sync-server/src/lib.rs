//! The office's server.
#![forbid(unsafe_code)]

pub mod export_files;
pub mod register;
pub mod store;
