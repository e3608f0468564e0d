//! The tablet command line.
#![forbid(unsafe_code)]
fn main() {}
