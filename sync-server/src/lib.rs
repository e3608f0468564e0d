//! The office's server: sync with the tablets, the office's commands, imports and exports, in one binary.
//!
//! Start with [`http::sync`] for what a tablet does here, with [`office`] for what people do, with [`store`] for what is kept.
#![forbid(unsafe_code)]

pub mod cli;
pub mod clock;
pub mod data_dir;
pub mod exchange;
pub mod export_files;
pub mod http;
pub mod office;
pub mod register;
pub mod store;
pub mod writer;
