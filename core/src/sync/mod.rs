//! Sync as state machines without I/O, one file per step.
//!
//! On the tablet: [`offer`] builds the request, [`receive`] judges the answer, [`stopped`] says what a revocation leaves. On the
//! server: [`acknowledge`] takes each change or holds it back, [`accept`] carries an accepted one into the records, [`pull`] chooses
//! what the tablet lacks, [`recovered`] takes in what an older backup had lost.
//! [`messages`] are the shapes that travel; [`store`] is all that the server's side asks of a database.

pub mod accept;
pub mod access;
pub mod acknowledge;
pub mod conflict;
pub mod exchange;
pub mod memory;
pub mod messages;
pub mod offer;
pub mod pull;
pub mod receive;
pub mod recovered;
pub mod settle;
pub mod stopped;
pub mod store;

#[cfg(test)]
mod tests;
