//! The sync-server command line.
#![forbid(unsafe_code)]
fn main() {}
