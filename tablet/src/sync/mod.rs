//! Sync: the exchange with the server, request by request, until nothing waits and nothing more comes.

pub mod enrol;
pub mod http;
mod problem;
pub mod reports;
mod run;
#[cfg(test)]
mod tests;
mod tls;

pub use run::{Carried, HeldChange, Line, Refused, Shelf, SyncResult, run, run_by, run_over};
