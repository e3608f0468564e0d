//! The office's server.
#![forbid(unsafe_code)]
